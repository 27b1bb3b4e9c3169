"""How build tools tell how a build goes; their own words, as they print them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from brummer_builds.rule import Rule, Step, rule

_BEGINS, _MORE, _LATE = Step.BEGINS, Step.GOES_ON, Step.LATE
_WORKED, _BROKE, _ENDED, _ERROR = Step.WORKED, Step.BROKE, Step.ENDED, Step.ERROR

#: How long something took.
_SECONDS: Final = r"(?P<seconds>[\d.]+ ?(?:ms|s|m|h)\b[\d.hms ]*)"

_TSC: Final = (
    rule("tsc", _BEGINS, "starting compilation in watch", r"^Starting compilation in"),
    rule("tsc", _BEGINS, "file change detected", r"^File change detected\. Starting"),
    rule(
        "tsc",
        _ENDED,
        ". watching for file changes",
        r"^Found (?P<errors>\d+) errors?\. Watching for file changes",
    ),
    rule(
        "tsc",
        _BROKE,
        "errors in |error in |errors. |error.",
        r"^Found (?P<errors>\d+) errors?"
        r"(?: in (?:the same file, starting at: |\d+ files\.|\S+:\S*\d+)|\.$)",
    ),
    rule(
        "tsc",
        _ERROR,
        "): error ts|error ts|error\x1b[0m\x1b[90m ts",
        r"^(?:[^\s(][^(]*\(\d+,\d+\): |[^\s:].*?:\d+:\d+ - )?error TS\d+: ",
    ),
)

_VITE: Final = (
    rule(
        "vite",
        _BEGINS,
        "building ",
        r"^vite v[\d.\w-]+ building (?:\w+ environment )?(?:\S+ bundle )?for \w+",
    ),
    rule("vite", _BEGINS, "build started...", r"^build started\.\.\.$", needs=True),
    rule("vite", _WORKED, "built in ", rf"^\u2713 built in {_SECONDS}", needs=True),
    rule("vite", _WORKED, "built in ", rf"^built in {_SECONDS}", needs=True),
    rule(
        "vite",
        _BROKE,
        "build failed in",
        rf"^[x\u2717] Build failed in {_SECONDS}",
    ),
    rule("vite", _BROKE | _LATE, "error during build:", r"^error during build:$"),
    rule("vite", _WORKED, "ready in ", rf"^ *VITE v\S+ +ready in {_SECONDS}"),
    rule(
        "vite",
        _WORKED,
        "hmr update |page reload |hmr invalidate ",
        r"^\[vite\] (?:\(\w+\) )?(?:hmr|page) (?:update|reload|invalidate) ",
    ),
    rule(
        "vite",
        _ERROR,
        "internal server error:|pre-transform error:",
        r"^\[vite\] (?:\(\w+\) )?(?:Internal server|Pre-transform) error: ",
    ),
)

_WEBPACK: Final = (
    rule("webpack", _BEGINS, "compilation starting", r"^.*Compilation starting"),
    rule("webpack", _BEGINS, "compiling...", r"^.{0,40}Compiling\.\.\.$", needs=True),
    rule(
        "webpack",
        _ENDED,
        " compiled",
        r"^(?:[\d: -]+: |\S+ \()?webpack [\d.]+\)? compiled "
        r"(?:successfully|with (?:(?P<errors>\d+) errors?)?(?: and )?"
        rf"(?:(?P<warnings>\d+) warnings?)?)(?: in {_SECONDS})?(?: \([0-9a-f]+\))?$",
    ),
    rule(
        "webpack",
        _BROKE,
        "invalid configuration object",
        r"^\[webpack-cli\] .*Invalid configuration object",
    ),
)

_NEXT: Final = (
    rule("next", _BEGINS, "creating an optimized", r"^ *Creating an optimized prod"),
    rule("next", _WORKED, "route (", r"^ *Route \((?:app|pages)\)", needs=True),
    rule(
        "next",
        _BROKE | _LATE,
        "failed to compile|build failed because|build worker exited|export encountered",
        r"^(?: ?\u2a2f )?(?:Failed to compile\.|> Build failed because|Next\.js build "
        r"worker exited|> ?Export encountered|Export encountered)",
    ),
    rule("next", _BEGINS, "compiling ", r"^ ?\u25cb Compiling \S+ \.\.\."),
    rule(
        "next",
        _WORKED,
        "compiled |ready in ",
        rf"^ ?\u2713 (?:Compiled(?: /\S*)?|Ready) in {_SECONDS}",
    ),
    rule("next", _ERROR | _BROKE, "\u2a2f", r"^ ?\u2a2f \./\S+"),
)

_ESBUILD: Final = (
    rule("esbuild", _BEGINS, "[watch] build started", r"^\[watch\] build started"),
    rule("esbuild", _ENDED, "[watch] build finished", r"^\[watch\] build finished"),
    rule("esbuild", _WORKED, "done in ", rf"^\u26a1 Done in {_SECONDS}"),
    rule(
        "esbuild",
        _ERROR,
        "\u2718 [error|\u2718 \x1b",
        r"^\u2718 \[ERROR\] ",
    ),
)

_ROLLUP: Final = (
    rule(
        "rollup",
        _BEGINS,
        "\u2192",
        r"^(?:bundles )?\S+(?:, \S+)* \u2192 \S+(?:, \S+)*\.\.\.$",
    ),
    rule("rollup", _WORKED, "created ", rf"^created \S.* in {_SECONDS}$", needs=True),
    rule(
        "rollup",
        _ERROR | _BROKE,
        "[!] ",
        r"^\[!\] (?:\([\w -]+\) )?\w*Error\b",
        needs=True,
    ),
)

_PARCEL: Final = (
    rule(
        "parcel", _BEGINS, "building...|bundling...", r"^(?:Building|Bundling)\.\.\.$"
    ),
    rule("parcel", _WORKED, "built in ", rf"^\u2728 Built in {_SECONDS}"),
    rule("parcel", _BROKE, "build failed.", r"^\U0001f6a8 Build failed\."),
)

_TURBO: Final = (
    rule(
        "turbo",
        _BEGINS,
        "running ",
        r"^\u2022 Running [\w:, -]+ in \d+ packages?$",
    ),
    rule(
        "turbo",
        _ENDED,
        "tasks:",
        r"^ *Tasks: +(?P<good>\d+) successful, (?P<total>\d+) total$",
        needs=True,
    ),
    rule("turbo", _LATE, "time:", rf"^ *Time: +{_SECONDS}", needs=True),
)

_NX: Final = (
    rule(
        "nx",
        _BEGINS,
        "running target",
        r"^ *NX +Running targets? \S+ for (?:\d+ projects?|project \S+)(?: and .*)?:?$",
    ),
    rule(
        "nx",
        _WORKED,
        "successfully ran target",
        rf"^ *NX +Successfully ran targets? .*?(?:\({_SECONDS}\))?$",
    ),
    rule(
        "nx",
        _BROKE,
        "running target|ran target",
        r"^ *NX +(?:Running|Ran) targets? .* failed$",
    ),
)

_CARGO: Final = (
    rule(
        "cargo",
        _MORE,
        "compiling|checking",
        r"^ *(?:Compiling|Checking) [\w-]+ v\d[\w.+-]*(?: \(.*\))?$",
    ),
    rule(
        "cargo",
        _WORKED,
        "target(s) in ",
        rf"^ *Finished .*target\(s\) in {_SECONDS}$",
    ),
    rule(
        "cargo",
        _BROKE | _LATE,
        "could not compile",
        r"^error: could not compile `\S+`(?: \(.*?\))?"
        r"(?: due to (?:(?P<errors>\d+) )?previous errors?)?",
    ),
)

_GO: Final = (
    rule(
        "go",
        _ERROR,
        ".go:",
        r"^(?:vet: )?(?:\.{0,2}/)?[\w./-]+\.go:\d+:\d+: \S",
    ),
    rule("go", _ERROR, "import cycle not", r"^.+: import cycle not allowed$"),
)

_GRADLE: Final = (
    rule(
        "gradle",
        _MORE,
        "> task :|> configure project|starting a gradle",
        r"^(?:> Task :\S+|> Configure project |Starting a Gradle Daemon)",
    ),
    rule("gradle", _WORKED, "build successful", rf"^BUILD SUCCESSFUL in {_SECONDS}$"),
    rule("gradle", _BROKE, "build failed", rf"^BUILD FAILED in {_SECONDS}$"),
)

_MAVEN: Final = (
    rule("maven", _BEGINS, "scanning for projects", r"^Scanning for projects"),
    rule("maven", _WORKED, "build success", r"^BUILD SUCCESS$"),
    rule("maven", _BROKE, "build failure", r"^BUILD FAILURE$"),
    rule("maven", _LATE, "total time:", r"^Total time: +(?P<seconds>.+)$", needs=True),
)

_MAKE: Final = (
    rule(
        "make",
        _MORE,
        ": entering directory",
        r"^g?make(?:\[\d+\])?: Entering directory ",
    ),
    rule(
        "make",
        _WORKED,
        " is up to date.|nothing to be done for",
        r"^g?make: (?:Nothing to be done for|\S+ is up to date)",
    ),
    rule(
        "make",
        _BROKE,
        ": *** ",
        r"^(?:g?make(?:\[\d+\])?|[\w./-]+:\d+): \*\*\* (?!\[.*\] Error \d+ \(ignored)",
    ),
)

_DOCKER: Final = (
    rule("docker", _BEGINS, "step 1/", r"^Step 1/\d+ : "),
    rule(
        "docker", _BEGINS, "load build definition", r"^#1 \[internal\] load build def"
    ),
    rule(
        "docker",
        _MORE,
        "[+] building",
        r"^\[\+\] Building [\d.]+s \(\d+/\d+\)(?! FINISHED)",
    ),
    rule(
        "docker",
        _WORKED,
        "successfully built |finished|naming to ",
        r"^(?:Successfully built [0-9a-f]{6,}$"
        r"|\[\+\] Building (?P<seconds>[\d.]+s) \(\d+/\d+\) FINISHED"
        r"|#\d+ naming to \S+.* done$)",
    ),
    rule(
        "docker",
        _BROKE,
        "failed to solve|returned a non-zero code|failed to build|copy failed:"
        "|dockerfile parse error|unable to prepare context|failed to compute cache",
        r"^(?:ERROR: failed to (?:solve|build)\b|failed to solve: "
        r"|(?:COPY|ADD) failed: |The command .* returned a non-zero code: "
        r"|unable to prepare context: "
        r"|(?:Error response from daemon: )?dockerfile parse error "
        r"|failed to compute cache key: )",
    ),
)

RULES: Final[tuple[Rule, ...]] = (
    *_TSC,
    *_VITE,
    *_WEBPACK,
    *_NEXT,
    *_ESBUILD,
    *_ROLLUP,
    *_PARCEL,
    *_TURBO,
    *_NX,
    *_CARGO,
    *_GO,
    *_GRADLE,
    *_MAVEN,
    *_MAKE,
    *_DOCKER,
)

#: Whose errors a build repeats that worked: what their patterns' names begin with.
ERRORS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "tsc": ("typescript.",),
        "vite": ("vite.", "esbuild.", "typescript."),
        "webpack": ("webpack.", "typescript.", "eslint."),
        "next": ("next.", "typescript.", "eslint."),
        "esbuild": ("esbuild.",),
        "rollup": ("vite.", "typescript."),
        "parcel": ("parcel.",),
        "turbo": ("turbo.",),
        "nx": ("nx.",),
        "cargo": ("rust.compiler",),
        "go": ("go.build", "go.vet", "go.module", "go.cycle"),
        "gradle": ("gradle.", "java.compiler", "java.kotlin"),
        "maven": ("maven.", "java.compiler", "java.kotlin"),
        "make": ("make.", "gcc."),
        "docker": ("docker.",),
    }
)

#: Those that repeat all errors in each build, also in one that failed.
THOROUGH: Final = frozenset({"tsc", "webpack", "esbuild"})
