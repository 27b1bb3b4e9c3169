"""How test runners tell how a run goes; their own words, as they print them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from brummer_tests.rule import Rule, Step, rule

_BEGINS, _ENDS, _LATE = Step.BEGINS, Step.ENDS, Step.LATE
_FAILED, _TIMES, _BREAKS = Step.FAILED, Step.TIMES, Step.BREAKS
_COUNTS, _ADDS = Step.COUNTS, Step.COUNTS | Step.ADDS
_MORE: Final = Step.GOES_ON

#: Words of pytest's last line.
_OUTCOME: Final = (
    r"passed|failed|errors?|skipped|deselected|xfailed|xpassed|warnings?|rerun"
)
#: How long something took.
_SECONDS: Final = r"(?P<seconds>[\d.]+ ?(?:ms|s|m|h)\b[\d.hms ]*)"

_PYTEST: Final = (
    rule("pytest", _BEGINS, "test session starts", r"^=+ test session starts =+$"),
    rule(
        "pytest",
        _FAILED,
        ".py::|error test",
        r"^(?:FAILED|ERROR) (?P<test>\S+?\.py(?:::.*?)?)(?: - .*| \[ *\d+%\])?$",
    ),
    rule(
        "pytest",
        _COUNTS | _TIMES | _ENDS,
        "passed in |failed in |error in |errors in |skipped in |deselected in "
        "|xfailed in |xpassed in |warning in |warnings in |tests ran in |rerun in "
        "|d\x1b[0m\x1b[3|s\x1b[0m\x1b[3|r\x1b[0m\x1b[3",
        rf"^(?:=+ )?(?P<tally>(?:\d+ (?:{_OUTCOME})(?:, )?)+|no tests ran)"
        r" in (?P<seconds>[\d.]+s)(?: \([\d:]+\))?(?: =+)?$",
    ),
)

_UNITTEST: Final = (
    rule(
        "unittest",
        _FAILED,
        "fail: test|error: test|error: setup|error: unittest|error: teardown",
        r"^(?:FAIL|ERROR): (?P<test>\w+ \([\w.<>]+\)(?: \[.*\]| \(.*\))?)",
    ),
    rule(
        "unittest",
        _COUNTS | _TIMES | _ENDS,
        "ran ",
        r"^Ran (?P<tally>\d+ tests?) in (?P<seconds>[\d.]+s)$",
    ),
    rule(
        "unittest",
        _COUNTS | _LATE | _ENDS | _BREAKS,
        "failed (",
        r"^FAILED \((?P<tally>[\w=, ]+)\)$",
        needs=True,
    ),
    rule(
        "unittest",
        _COUNTS | _LATE | _ENDS,
        "ok (",
        r"^OK \((?P<tally>[\w= ,]+)\)$",
        needs=True,
    ),
)

_JEST: Final = (
    rule(
        "jest",
        _FAILED,
        "\u25cf",
        r"^ {2}\u25cf (?P<test>(?!Console$|Test suite failed|\w+ Warning:).+)$",
    ),
    rule("jest", _COUNTS, "test suites:", r"^Test Suites: +(?P<suites>\d.* total)$"),
    rule("jest", _COUNTS, "tests: ", r"^Tests: {2,}(?P<tally>\d.* total)$"),
    rule("jest", _TIMES, "time:  |time:\x1b", rf"^Time: {{2,}}{_SECONDS}", needs=True),
    rule("jest", _ENDS | _LATE, "ran all test", r"^Ran all test suites", needs=True),
)

_VITEST: Final = (
    rule(
        "vitest", _BEGINS, "run  v|dev  v|run \x1b|dev \x1b", r"^ ?(?:RUN|DEV) {1,2}v\d"
    ),
    rule("vitest", _BEGINS, "rerun  |rerun \x1b", r"^ ?RERUN  "),
    rule(
        "vitest", _FAILED, "fail  |fail \x1b", r"^ ?FAIL {2}(?P<test>\S.+)$", needs=True
    ),
    rule("vitest", _COUNTS, "test files ", r"^ *Test Files {2}(?P<suites>.+)$"),
    rule(
        "vitest",
        _COUNTS,
        " tests  | tests \x1b",
        r"^ +Tests {2}(?P<tally>.+)$",
        needs=True,
    ),
    rule(
        "vitest",
        _COUNTS,
        " errors  | errors \x1b",
        r"^ +Errors {2}(?P<tally>\d+ errors?)",
        needs=True,
    ),
    rule(
        "vitest",
        _TIMES | _ENDS,
        " duration  | duration \x1b",
        rf"^ +Duration {{2}}{_SECONDS}",
        needs=True,
    ),
    rule("vitest", _ENDS, "no test files found", r"^No test files found", needs=True),
)

_MOCHA: Final = (
    rule(
        "mocha",
        _COUNTS | _TIMES | _ENDS,
        " passing",
        rf"^ {{2}}(?P<tally>\d+ passing) \({_SECONDS}\)$",
    ),
    rule(
        "mocha",
        _COUNTS | _LATE | _ENDS,
        " pending",
        r"^ {2}(?P<tally>\d+ pending)$",
        needs=True,
    ),
    rule(
        "mocha",
        _COUNTS | _LATE | _ENDS | Step.LISTS,
        " failing",
        r"^ {2}(?P<tally>\d+ failing)$",
        needs=True,
    ),
)

_PLAYWRIGHT: Final = (
    rule(
        "playwright",
        _BEGINS,
        "tests using |test using ",
        r"^Running \d+ tests? using \d+ workers?",
    ),
    rule(
        "playwright",
        _FAILED,
        "\u203a",
        r"^ {2,4}(?:\d+\) )(?P<test>.*?:\d+:\d+ \u203a .+?)(?: \u2500+)?$",
        needs=True,
    ),
    rule(
        "playwright",
        _COUNTS | _TIMES | _LATE | _ENDS,
        " passed| failed| skipped| flaky| interrupted| did not run",
        r"^ {2}(?P<tally>\d+ (?:passed|failed|skipped|flaky|interrupted|did not run))"
        rf"(?: \({_SECONDS}\))?$",
        needs=True,
    ),
)

_GO: Final = (
    rule(
        "go test",
        _FAILED | _LATE,
        "--- fail: ",
        r"^ *--- FAIL: (?P<test>\S+) \([\d.]+s\)",
    ),
    rule(
        "go test",
        Step.PASSED_ONE | _LATE,
        "--- pass: ",
        r"^ *--- PASS: \S+ \([\d.]+s\)",
    ),
    rule(
        "go test",
        Step.SKIPPED_ONE | _LATE,
        "--- skip: ",
        r"^ *--- SKIP: \S+ \([\d.]+s\)",
    ),
    rule(
        "go test",
        _TIMES | _ENDS | _LATE,
        "ok  \t",
        r"^ok {2}\t(?P<part>\S+)\t(?P<seconds>[\d.]+s)?",
    ),
    rule(
        "go test",
        _TIMES | _ENDS | _LATE | _BREAKS,
        "fail\t",
        r"^FAIL\t(?P<part>\S+)(?: \[build failed\]|\t(?P<seconds>[\d.]+s))?",
    ),
)

_CARGO: Final = (
    rule(
        "cargo test", _BEGINS, "`test` profile|finished test", r"^ *Finished `?test\b"
    ),
    rule(
        "cargo test",
        _MORE,
        "running unit|(target/|doc-tests",
        r"^ *(?:Running (?:unittests |\S+ \(target)|Doc-tests \S)",
    ),
    rule(
        "cargo test",
        _FAILED,
        " ... failed| ... \x1b[31mfailed",
        r"^test (?P<test>.+?)(?: - should panic)? \.\.\. FAILED$",
    ),
    rule(
        "cargo test",
        _ADDS | _TIMES | _ENDS | _LATE,
        "test result: ",
        r"^test result: (?:ok|FAILED)\. (?P<tally>\d+ passed; .*?)"
        r"(?:; finished in (?P<seconds>[\d.]+s))?$",
    ),
    rule(
        "cargo test",
        _COUNTS | _TIMES | _ENDS,
        " tests run: | test run: ",
        r"^ *Summary \[ *(?P<seconds>[\d.]+s)\] *\d+ tests? run: (?P<tally>.*)$",
    ),
)

_MAVEN: Final = (
    rule(
        "maven",
        _BEGINS,
        "scanning for projects",
        r"^Scanning for projects",
        needs=True,
    ),
    rule("maven", _MORE, "t e s t s", r"^ ?T E S T S$"),
    rule(
        "maven",
        _FAILED,
        "<<< failure!|<<< error!",
        r"^(?P<test>(?!Tests run)[\w.$#]+(?:\([\w., ]*\))?(?:\[.*?\])?)"
        r" .*<<< (?:FAIL|ERR)",
    ),
    rule(
        "maven",
        _TIMES | Step.ADDS | _MORE,
        "tests run: ",
        r"^Tests run: \d+, .*Time elapsed: (?P<seconds>[\d.]+ s).* [-i][-n] \S+$",
    ),
    rule(
        "maven",
        _ADDS | _ENDS | _LATE,
        "tests run: ",
        r"^(?P<tally>Tests run: \d+, Failures: \d+, Errors: \d+, Skipped: \d+)$",
    ),
)

_GRADLE: Final = (
    rule(
        "gradle",
        _MORE,
        "task :",
        r"^> Task (?::[\w-]+)*:(?:test|\w+Test)(?: FAILED)?$",
    ),
    rule(
        "gradle", _FAILED, " failed| \x1b[31mfailed", r"^(?P<test>[\w.$]+ > .+) FAILED$"
    ),
    rule(
        "gradle", Step.PASSED_ONE, " passed| \x1b[32mpassed", r"^[\w.$]+ > .+ PASSED$"
    ),
    rule(
        "gradle",
        Step.SKIPPED_ONE,
        " skipped| \x1b[33mskipped",
        r"^[\w.$]+ > .+ SKIPPED$",
    ),
    rule(
        "gradle",
        _COUNTS | _ENDS,
        " tests completed, | test completed, ",
        r"^(?P<tally>\d+ tests?) completed,"
        r" (?P<also>(?:\d+ (?:failed|skipped)(?:, )?)+)$",
    ),
    rule(
        "gradle",
        _TIMES | _ENDS | _LATE,
        "build successful|build failed",
        r"^BUILD (?:SUCCESSFUL|FAILED) in (?P<seconds>[\dhms ]+)$",
        needs=True,
    ),
)

_RSPEC: Final = (
    rule(
        "rspec",
        _TIMES,
        "finished in ",
        r"^Finished in (?P<seconds>[\d. a-z]+?) \(files took",
    ),
    rule(
        "rspec",
        _COUNTS | _ENDS,
        " examples, | example, ",
        r"^(?P<tally>\d+ examples?, \d+ failures?.*)$",
    ),
    rule(
        "rspec",
        _FAILED | _LATE,
        "rspec ",
        r"^rspec (?P<test>\S+(?::\d+|\[[\d:]+\]) # .*)$",
        needs=True,
    ),
)

_MINITEST: Final = (
    rule("minitest", _BEGINS, "run options:", r"^Run options: "),
    rule("minitest", _TIMES, "runs/s", r"^Finished in (?P<seconds>[\d.]+s), .*runs/s"),
    rule(
        "minitest",
        _FAILED,
        "#test_",
        r"^(?P<test>[\w:]+#test_.+?)(?: \[.*\])?:$",
        after=r"^ *\d+\) (?:Failure|Error):$",
    ),
    rule(
        "minitest",
        _FAILED,
        "#test_",
        r"^(?P<test>[\w:]+#test_.+?) = [\d.]+ s = [FE]$",
    ),
    rule(
        "minitest",
        _COUNTS | _ENDS,
        " assertions, ",
        r"^(?P<tally>\d+ (?:runs|tests), \d+ assertions, \d+ failures, .*)$",
    ),
)

_PHPUNIT: Final = (
    rule("phpunit", _BEGINS, "by sebastian bergmann", r"^PHPUnit \d\S* by Sebastian"),
    rule("phpunit", _TIMES, ", memory: ", r"^Time: (?P<seconds>[\d:. msh]+), Memory:"),
    rule("phpunit", _FAILED, ") ", r"^\d+\) (?P<test>[\w\\]+::\w+.*)$", needs=True),
    rule(
        "phpunit",
        _COUNTS | _ENDS,
        " assertion",
        r"^OK \((?P<tally>\d+ tests?), \d+ assertions?\)$",
    ),
    rule(
        "phpunit",
        _COUNTS | _ENDS,
        ", assertions: ",
        r"^(?P<tally>Tests: \d+, Assertions: \d++.*)\.$",
    ),
    rule("phpunit", _ENDS, "no tests executed", r"^No tests executed!$", needs=True),
)

_NODE: Final = (
    rule("node --test", _BEGINS, "tap version 1", r"^TAP version 1[34]$"),
    rule(
        "node --test",
        _FAILED,
        "not ok ",
        r"^ *not ok \d+ - (?P<test>.+?)(?<!\.js)(?<!\.mjs)(?<!\.cjs)(?<!\.ts)$",
        needs=True,
    ),
    rule(
        "node --test",
        _FAILED | _LATE,
        "\u2716 ",
        r"^ *\u2716 (?P<test>.+?) \([\d.]+ms\)(?: #.*)?$",
    ),
    rule(
        "node --test",
        _ADDS,
        "# pass |# fail |# skipped |# todo |# cancelled |\u2139 ",
        r"^[#\u2139] (?P<tally>(?:pass|fail|skipped|todo|cancelled) \d+)$",
    ),
    rule(
        "node --test",
        _TIMES | _ENDS,
        "# duration_ms |\u2139 duration_ms ",
        r"^[#\u2139] duration_ms (?P<milliseconds>[\d.]+)$",
        needs=True,
    ),
)

RULES: Final[tuple[Rule, ...]] = (
    *_PYTEST,
    *_UNITTEST,
    *_JEST,
    *_VITEST,
    *_MOCHA,
    *_PLAYWRIGHT,
    *_GO,
    *_CARGO,
    *_MAVEN,
    *_GRADLE,
    *_RSPEC,
    *_MINITEST,
    *_PHPUNIT,
    *_NODE,
)

#: Those that print the errors after the counts, rather than before.
AFTERWARDS: Final = frozenset({"mocha", "node --test"})

#: Whose errors a run repeats: what their patterns' names begin with.
ERRORS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "pytest": ("pytest.",),
        "unittest": ("python.",),
        "jest": ("jest.",),
        "vitest": ("vitest.",),
        "mocha": ("mocha.",),
        "playwright": ("playwright.",),
        "go test": ("go.",),
        "cargo test": ("rust.",),
        "maven": ("maven.",),
        "gradle": ("gradle.",),
        "rspec": ("rspec.",),
        "minitest": ("minitest.",),
        "phpunit": ("phpunit.",),
        "node --test": ("node.",),
    }
)
