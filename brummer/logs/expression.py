r"""Filters as people write them: ``level>=warn process:web -/healthz/``.

::

    expression = all { "or" all }
    all        = term { ["and"] term }
    term       = ("-" | "not") term | "(" expression ")" | "@" name | field | text
    field      = "level" (":" | "=" | "!=" | ">=" | ">" | "<=" | "<") levels
               | "priority" (">=" | ">" | "<=" | "<") number
               | ("process" | "stream" | "tag" | "is") (":" | "=" | "!=") values
               | ("since" | "until") ":" time
    text       = ["(?i)" | "(?-i)"] (word | '"' words '"' | "/" regex "/")

Of several values with commas between them one is enough.  What has blanks, brackets
or quotes in it stands in quotes, with a backslash before a quote; within slashes one
stands before a slash.  A text with a capital has to be found as it is written, any
other one whatever the case; ``(?i)`` and ``(?-i)`` say otherwise.

Where levels are compared, a line that says none counts as ``info``; ``level:info``
asks for those that say it, ``level:none`` for those that say nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, NoReturn

from brummer.core.pattern import Pattern
from brummer.errors import UsageError
from brummer.logs.claim import IsFound, nothing_kept
from brummer.logs.condition import All, Any, Condition, HasText, Not
from brummer.logs.field import FIELDS, made, near
from brummer.logs.outset import BeginsError
from brummer.logs.ranges import Ranges
from brummer.model.finding import Finding
from brummer.model.process import ProcessId

#: Characters of an expression, and how deep one may be in another.
LONGEST: Final = 4096
DEEPEST: Final = 40

_BLANKS: Final = re.compile(r"\s*")
_END: Final = r"(?=[\s()]|$)"
_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
_VALUE: Final = rf'(?:{_QUOTED}|[^\s(),"])+'
_NOT: Final = re.compile(r"-(?=[^\s-])|(?:not|NOT)(?=[\s(])")
_OR: Final = re.compile(rf"(?:or|OR){_END}")
_AND: Final = re.compile(rf"(?:and|AND){_END}")
_SAVED: Final = re.compile(rf"@([\w.-]+){_END}")
_FIELD: Final = re.compile(
    rf"([a-z]+)(>=|<=|!=|[:=<>])((?:{_VALUE})?(?:,(?:{_VALUE})?)*){_END}"
)
_ITEM: Final = re.compile(_VALUE)
_TEXT: Final = re.compile(
    rf"(\(\?-?i\))?(?:({_QUOTED})|/((?:[^/\\]|\\.)+)/{_END}"
    r'|((?!\()[^\s()"]+(?:\([^\s()"]*\)[^\s()"]*)*))',
    re.DOTALL,
)
_QUOTES: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)

_CASES: Final[Mapping[str | None, bool | None]] = MappingProxyType(
    {None: None, "(?i)": False, "(?-i)": True}
)
_CASED: Final = ("(?i)", "(?-i)")


class ExpressionError(UsageError):
    """A filter that says nothing; *column* counts characters from 1."""

    def __init__(self, problem: str, column: int) -> None:
        super().__init__(f"column {column}: {problem}")
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What an expression can speak of besides lines.

    *filters* are saved expressions, for ``@name``.  For ``is``, *findings*
    returns what was found so far, and *kept* in which lines of a process there was
    something, as files say.
    """

    filters: Mapping[str, str] = field(default_factory=dict)
    findings: Callable[[], Iterable[Finding]] = tuple
    kept: Callable[[ProcessId], Ranges] = nothing_kept


def parse(text: str, known: Known | None = None) -> Condition:
    """Return what lines have to be for *text*; all of them if it is blank.

    :raises ExpressionError: if it is no expression.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"more than {LONGEST:,} characters", LONGEST + 1)
    return _Reader(text, known or Known(), 0).whole()


class _Reader:
    """Reads one expression, from left to right.

    Threads: used by one caller and thrown away.
    """

    def __init__(self, text: str, known: Known, depth: int) -> None:
        self._text = text
        self._known = known
        self._depth = depth
        self._at = 0

    def whole(self) -> Condition:
        """Return what all of the text asks for."""
        self._skip()
        if self._at == len(self._text):
            return All(())
        condition = self._expression()
        if self._at < len(self._text):
            self._fail("nothing is open that this could close")
        return condition

    def _expression(self) -> Condition:
        parts = [self._all()]
        while self._take(_OR):
            parts.append(self._all())
        return Any(tuple(parts)) if len(parts) > 1 else parts[0]

    def _all(self) -> Condition:
        terms = [self._term()]
        while self._goes_on():
            terms.append(self._term())
        return All(tuple(terms)) if len(terms) > 1 else terms[0]

    def _goes_on(self) -> bool:
        """Whether another term follows; an *and* before it is skipped."""
        if self._take(_AND):
            return True
        is_end = self._at == len(self._text) or self._text[self._at] == ")"
        return not is_end and not _OR.match(self._text, self._at)

    def _term(self) -> Condition:
        self._skip()
        self._depth += 1
        if self._depth > DEEPEST:
            self._fail(
                f"more than {DEEPEST} brackets, negations and filters in another"
            )
        condition = self._negated() or self._group() or self._saved()
        condition = condition or self._field() or self._words()
        self._depth -= 1
        self._skip()
        return condition

    def _negated(self) -> Condition | None:
        return Not(self._term()) if self._take(_NOT) else None

    def _group(self) -> Condition | None:
        text, begin = self._text, self._at
        if not text.startswith("(", begin) or text.startswith(_CASED, begin):
            return None
        self._at += 1
        condition = self._expression()
        if not self._text.startswith(")", self._at):
            self._fail("this bracket is not closed", begin)
        self._at += 1
        return condition

    def _saved(self) -> Condition | None:
        """Return what a saved filter asks for."""
        begin = self._at
        found = self._take(_SAVED)
        if found is None:
            return None
        name, filters = found[1], self._known.filters
        if name not in filters:
            nearest = near(name, filters)
            there = f"; there are {', '.join(filters)}" if filters else ""
            self._fail(f"no filter is called {name!r}{nearest or there}", begin)
        if not filters[name].strip():
            self._fail(f"the filter {name!r} is blank", begin)
        # Without itself, so that it cannot be within itself.
        others = {other: text for other, text in filters.items() if other != name}
        known = replace(self._known, filters=others)
        try:
            return _Reader(filters[name], known, self._depth).whole()
        except ExpressionError as error:
            self._fail(f"in the filter {name!r}: {error}", begin)

    def _field(self) -> Condition | None:
        begin = self._at
        found = _FIELD.match(self._text, begin)
        if found is None:
            return None
        name, operator, written = found.groups()
        if name not in FIELDS:
            if nearest := near(name, FIELDS):
                self._fail(f"no field is called {name!r}{nearest}", begin)
            return None
        values = [_unquoted(value) for value in _ITEM.findall(written)]
        if not values:
            self._fail(f"{name} takes {FIELDS[name]}", found.start(3))
        self._at = found.end()
        try:
            return made(name, operator, values, self._found())
        except ValueError as error:
            self._fail(str(error), found.start(3))

    def _found(self) -> Mapping[str, Condition]:
        """Return what ``is`` asks for."""
        findings, kept = self._known.findings, self._known.kept
        return {
            "finding": IsFound(findings, kept),
            "error": BeginsError(findings, kept),
        }

    def _words(self) -> Condition:
        begin = self._at
        found = self._take(_TEXT)
        if found is None:
            self._fail(self._missing())
        case, quoted, regex, word = found.groups()
        text = word if quoted is None else _unquoted(quoted)
        if regex is not None:
            text = _ESCAPED.sub(lambda m: "/" if m[1] == "/" else m[0], regex)
        try:
            return HasText(Pattern(text, is_regex=regex is not None, case=_CASES[case]))
        except UsageError as error:
            self._fail(str(error), begin)

    def _missing(self) -> str:
        """Return what to say where a text should be and is none."""
        if self._at == len(self._text):
            return "something to look for is missing at the end"
        if self._text[self._at] == '"':
            return "this quote is not closed"
        return "something to look for is missing here"

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Go over what matches *pattern* here, and blanks after it."""
        found = pattern.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
            self._skip()
        return found

    def _skip(self) -> None:
        blanks = _BLANKS.match(self._text, self._at)
        self._at = blanks.end() if blanks else self._at

    def _fail(self, problem: str, at: int | None = None) -> NoReturn:
        raise ExpressionError(problem, (self._at if at is None else at) + 1) from None


def _unquoted(text: str) -> str:
    return _QUOTES.sub(lambda found: _ESCAPED.sub(r"\1", found[1]), text)
