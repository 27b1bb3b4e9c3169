"""Forms of lines that say a level without a word for it in the usual place.

Each is looked for at the beginning of a line.  *hint* is what every such line has
somewhere, written for RE2 and for any case: it finds the few lines that are worth
a look in bulk.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from brummer.model.level import Level

#: What single letters mean, of those who write the level so.
_LETTERS: Final[Mapping[str, Level]] = MappingProxyType(
    {
        "T": Level.TRACE,
        "V": Level.TRACE,
        "D": Level.DEBUG,
        "I": Level.INFO,
        "A": Level.INFO,
        "W": Level.WARN,
        "E": Level.ERROR,
        "F": Level.FATAL,
    }
)
_LETTER: Final = f"([{''.join(_LETTERS)}])"

_MARKS: Final[Mapping[str, Level]] = MappingProxyType(
    {".": Level.DEBUG, "-": Level.DEBUG, "*": Level.NOTICE, "#": Level.WARN}
)

#: What the first digit of the status of an answer means.
_STATUS: Final[Mapping[str, Level]] = MappingProxyType(
    {
        "1": Level.INFO,
        "2": Level.INFO,
        "3": Level.INFO,
        "4": Level.WARN,
        "5": Level.ERROR,
    }
)
_METHOD: Final = "(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE)"

#: What compilers and linters call what they found.
_VERDICTS: Final[Mapping[str, Level]] = MappingProxyType(
    {
        "error": Level.ERROR,
        "warning": Level.WARN,
        "note": Level.INFO,
        "info": Level.INFO,
        "hint": Level.INFO,
    }
)

#: The name of a class, with its packages.
_CLASS: Final = r"(?:[\w$]{1,80}[.\\]){0,12}[A-Z][\w$]{0,80}"


@dataclass(frozen=True, slots=True)
class Form:
    """One form.

    The part of a line that a group of *pattern* matches has its level in *levels*;
    ``""`` stands for a pattern without groups.  In *hint* ``%`` stands for that
    part.

    Threads: frozen.
    """

    pattern: re.Pattern[str]
    levels: Mapping[str, Level]
    hint: str

    def level(self, text: str) -> Level | None:
        """Return the level of *text*, ``None`` if it has not this form."""
        found = self.pattern.match(text)
        if found is None:
            return None
        word = next((group for group in found.groups() if group), "")
        return self.levels.get(word) or self.levels.get(word.lower())

    def hints(self, levels: Collection[Level]) -> Iterator[str]:
        """Yield what lines of this form have somewhere that have one of *levels*."""
        for word, level in self.levels.items():
            if level in levels:
                yield self.hint.replace("%", re.escape(word))


def _form(pattern: str, levels: Mapping[str, Level] | Level, hint: str) -> Form:
    if isinstance(levels, Level):
        levels = MappingProxyType({"": levels})
    return Form(re.compile(pattern), levels, hint)


#: Those that decide at once, whatever words there are as well.
HEADS: Final = (
    # glog and klog.
    _form(
        rf"{_LETTER}\d{{4}}(?:\d{{4}})? \d\d:\d\d:\d\d\.",
        _LETTERS,
        r"(?-i:%)\d{4,8} \d",
    ),
    # Ruby's Logger.
    _form(rf"{_LETTER}, \[\d{{4}}-\d\d-\d\dT", _LETTERS, r"(?-i:%), \[\d{4}-"),
    # Android's logcat, in two forms.
    _form(
        rf"\d\d-\d\d \d\d:\d\d:[\d.]+ +\d+ +\d+ {_LETTER} ",
        _LETTERS,
        r"\d (?-i:%) ",
    ),
    _form(
        rf"{_LETTER}/[\w.$-]{{1,60}} *\( *\d+\): ", _LETTERS, r"(?-i:%)/[\w.$-]+ *\("
    ),
    # MongoDB until 4.2.
    _form(rf"\d{{4}}-\d\d-\d\dT\S+ {_LETTER} +[A-Z]+ ", _LETTERS, r"\d (?-i:%) "),
    # Redis.
    _form(
        r"\d+:[XCSM] \d\d \w{3} \d{4} [\d:.]+ ([.*#-]) ",
        _MARKS,
        r"\d:[XCSM] [^\n]*\d % ",
    ),
)

#: Those that decide where no word does.
BODIES: Final = (
    # Requests that were answered: common and combined, morgan, gin, Rails.
    _form(
        rf'.{{0,300}}?"{_METHOD} \S{{1,4096}}(?: HTTP/[\d.]+)?" ([1-5])\d\d\b'
        rf"|\s*{_METHOD} \S{{1,4096}} ([1-5])\d\d (?:in )?[\d.-]+"
        rf"|\[GIN\].{{1,40}}\| ([1-5])\d\d \|.{{1,80}}\| {_METHOD} "
        r"|Completed ([1-5])\d\d \w",
        _STATUS,
        r" %\d\d\b",
    ),
    # A compiler or linter about a place in a file; ESLint has the file above.
    _form(
        r"[^\s:\"'][^:\"']{0,300}(?::\d+(?::\d+)?|\(\d+(?:,\d+){0,3}\))"
        r" ?(?::| -) ?(?:fatal |runtime |syntax |\w{1,40}(?=Warning))?"
        r"(error|[Ww]arning|note|info|hint)\b(?!\s*:\s*0\b)",
        _VERDICTS,
        r"[ :-]\w*%\b",
    ),
    _form(r"\s+\d+:\d+\s+(error|warning)\s{2,}\S", _VERDICTS, r"\b%\b"),
    _form(
        # Kotlin, and apt.
        r"([ew]): (?:file:|/|\S+\.kts?\b)|([EW]): [A-Z]",
        MappingProxyType({"e": Level.ERROR, "w": Level.WARN}),
        r"\b%: ",
    ),
    _form(r"CMake (?:Deprecation |Developer )?(Error|Warning)\b", _VERDICTS, "cmake"),
    _form(
        r"DEPRECATED\b|(?:PHP )?Deprecated: |(?:\(\w+:\d+\) )?(?:\[\w+\] )?"
        r"\w{0,40}Warning: |npm deprecated ",
        Level.WARN,
        "deprecated|warning: ",
    ),
    # The end of a program.
    _form(
        r"(?:PHP )?(?:Fatal|Parse) error: |fatal error: |==\d+==\s*ERROR: "
        r"|thread '.{0,200}' (?:\(\d+\) )?panicked at|panic: |panic\("
        r"|(?:line \d+: +\d+ )?(?:Segmentation fault|Aborted|Killed)\b"
        r"|terminate called after|.{1,300}: Assertion .{1,300} failed\.$",
        Level.FATAL,
        "error: |panic|segmentation fault|aborted|killed|terminate called|assertion",
    ),
    # Exceptions, and the words around them.
    _form(
        r"Traceback \(most recent call last\)|Exception in thread |Caused by: "
        r"|\s*\*\* \([A-Z][\w.]+\) |SUMMARY: \w+Sanitizer|rake aborted!"
        r"|  \+ Exception Group Traceback|\s*\d+\) (?:Failure|Error):"
        r"|.{1,300} \((?:\w+::)*[A-Z]\w*(?:Error|Exception)\)$"
        r"|(?:Uncaught|Unhandled) (?:exception|error|promise|rejection|[A-Z])"
        rf"|{_CLASS}(?:Error|Exception|Failure)(?:: |:?$| \[| at |\()"
        rf"|\s+(?:\w{{1,20}}: )?{_CLASS}(?:Error|Exception): |\s*(?:Syntax)?Error: ",
        Level.ERROR,
        r"traceback|exception in|caused by|\*\* \(|sanitizer|uncaught|unhandled"
        r"|(?:error|exception|failure)(?:[:()]| \[| at |$)|rake aborted",
    ),
    # Builds and tests.
    _form(
        r"FAILURE: |BUILD FAILED\b|\s*(?:ERR_PNPM_|ELIFECYCLE\b)|CONFLICT \("
        r"|Module (?:not found|parse failed|build failed)|Failed to compile\b"
        r"|error during build|undefined reference to "
        r"|\S{0,40}make\S{0,10}: \*\*\* |\S+:\d+: \*\*\* "
        r"|\s*(?:--- FAIL: |not ok \d|[✗✕✘\u00d7❌\u2a2f✖]\s)|E {3}\S"
        r"|.{1,300} (?:FAILED|\.\.\. FAIL|\.\.\. ERROR)(?:\s+\[ *\d+%\])?$"
        r"|.{1,300} \(FAILED - \d+\)$",
        Level.ERROR,
        r"failure: |build failed|err_pnpm|elifecycle|conflict|during build"
        "|module |failed to compile"
        r"|undefined reference|: \*\*\* |--- fail|not ok"
        r"|✗|✕|✘|\x{d7}|❌|\x{2a2f}|✖|^E   "
        "| failed| fail$| error$",
    ),
)
