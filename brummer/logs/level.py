"""How serious a line is, from what it says.

In this order: fields (JSON, logfmt), the number of syslog, a form that decides at
once, a word where levels stand (first in the line, in brackets, before a colon,
behind the time), a form of compilers, exceptions and tests, and a count of errors
that is not zero.  Words in the middle of a sentence decide nothing, but for one
thing: on standard error a few of them do.  Where a line came from is no reason by
itself, since many programs write everything there.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from brummer.core.pattern import Pattern
from brummer.logs.form import BODIES, HEADS
from brummer.logs.structure import LONGEST, Fields, Value, json_of, logfmt_of
from brummer.model.level import BUNYAN, SYSLOG, WORDS, Level
from brummer.model.log import Stream

#: Characters of a line that are looked at, that may stand before the level or a
#: time, and behind a time before the level; names that may stand before all that.
_HEAD: Final = 400
_NEAR: Final = 60
_AFTER: Final = 70
_LABELS: Final = 2

#: Fields that hold the level, the more telling first.
KEYS: Final = (
    *("level", "severity", "lvl", "levelname", "log.level", "loglevel", "log_level"),
    *("@level", "@l", "level_name", "severityText", "SeverityText", "PRIORITY", "s"),
)

#: Those whose numbers are those of syslog; elsewhere a small number is anything.
_NUMBERED: Final = frozenset({"severity", "PRIORITY"})

#: What MongoDB since 4.4 writes for a level.
_MONGO: Final[Mapping[str, Level]] = MappingProxyType(
    {
        "D": Level.DEBUG,
        "I": Level.INFO,
        "W": Level.WARN,
        "E": Level.ERROR,
        "F": Level.FATAL,
    }
)

#: How large the numbers of syslog can be.
_FACILITIES: Final = 24 * len(SYSLOG)

_SYSLOG: Final = re.compile(r"<(\d{1,3})>(?=\S)")

#: Signs before the first word, names of processes, and the mark of a test that passed.
_SIGNS: Final = (
    r"[\s\[(<|*»\u203a\u276f•·●✖✗✘\u00d7\u2a2f❌⚠\u2139◐→▲▶…☒☐⬤⚙🚨🔥❗]{0,12}"
)
_PASSED: Final = re.compile(
    r"\s*(?:[✓✔√☑✅]|ok \d|--- PASS|=== RUN|PASS\b|\[ +(?:RUN|OK|PASSED) +\])"
)
_LABEL: Final = re.compile(
    r"\[[^\]\n]{1,60}\]:?\s*(?:\(\w+\) )?"
    r"|(?:\d\d:\d\d:\d\d )?[\w@/.\-]{1,60}(?:\[\d+\]|(?::[\w.\-]+){1,2})?"
    r"\s*(?:\||:(?=\s))\s*"
)

#: What is only a level when it is written large.
_LARGE: Final = frozenset({"config", "fine", "system", "help", "ready", "log", "http"})

_ANY: Final = "|".join(sorted(WORDS, key=len, reverse=True))
_SMALL: Final = "|".join(
    sorted((word for word in WORDS if word not in _LARGE), key=len, reverse=True)
)
_UPPER: Final = "|".join(
    sorted((w.upper() for w in WORDS if w != "http"), key=len, reverse=True)
)
#: A value that says that there was nothing of the kind.
_NOTHING: Final = (
    r"""(?!\s*(?:0|none|null|nil|false|no|off|true|undefined|\[\]|\{\}|""|'')?"""
    r"\s*[,;]?\s*$)(?!\s*0\b)"
)

#: A level in the first place of a line.
_FIRST: Final = re.compile(
    rf"""{_SIGNS}(?:npm\s+)?(?:
      (?P<large>{_UPPER})(?:!|(?=[\s:\]|>),]|\[\d|$))(?!\s*=)(?!\s+=\s)
    | (?P<colon>(?i:{_SMALL}))(?:\[\w+\]|\(\w+\))?\s?:(?!:){_NOTHING}
    | (?P<wide>(?i:{_SMALL}))(?:\s{{2,}}|\s+-\s)(?=\S)
    | (?P<yarn>error|warning|warn|info|verbose)\s(?=[A-Z"'@])
    | (?P<package>warning)\s(?=\S{{1,200}}\s>\s|[\w-]{{1,200}}[.@])
    | (?<=npm\s)(?P<npm>ERR|error|warn|notice|info|http|verb|verbose|sill|silly)\b
    )""",
    re.VERBOSE,
)
_BRACKETED: Final = re.compile(
    rf"(?:^|[\s\]|>)])[\[(<|]\s*(?:[\w.]{{1,30}}:)?(?P<word>(?i:{_ANY}))\s*[\])>|]"
)
#: A time of day or a date, behind which the level may stand.
_DATED: Final = re.compile(
    r"\d{4}[-/]\d\d[-/]\d\d|\d\d?:\d\d(?::\d\d|[AP]M)|\d\d?/\w{3}/\d{4}"
)
_CLOCK: Final = re.compile(r"(?:[\d:.,+\-/ ]|[TZ](?![A-Za-z]))*(?:[AP]M\b)?")
#: A level somewhere in what follows a time.
_LATER: Final = re.compile(
    rf"""(?:^|(?<=[\s\[(<|:>\]]))(?<!\d\s)(?:
      (?P<large>{_UPPER})(?:!|(?=[\s:\]|>),]|/\w+Process|/\w+Worker|[+-]\d|$))(?!\s*=)
    | (?P<colon>(?i:{_SMALL})):(?!:){_NOTHING}
    )""",
    re.VERBOSE,
)
_NEXT: Final = re.compile(rf"[\s\])>|:-]*(?P<word>(?i:{_SMALL}))(?=\s)")

_COUNT: Final = re.compile(
    r"(?<![\w.:#/-])(?P<n>[1-9]\d{0,6})\s(?:\w{1,20}\s){0,2}?"
    r"(?P<word>errors?|failures?|failed|failing|warnings?)(?![\w/=-]|\.\w)"
    r"|(?<![\w./-])(?P<word2>errors?|failures?|failed|warnings?)\s?[:=]\s?"
    r"(?P<n2>[1-9]\d{0,6})(?![\w.:/])",
    re.IGNORECASE,
)

_COUNT_HINT: Final = (
    r"\d\s(?:\w+\s){0,2}(?:error|fail|warning)"
    r"|(?:errors?|failures?|failed|warnings?)\s?[:=]"
)

#: Sentences that decide on standard error only: how they begin, and how they end.
_WEAK: Final = re.compile(
    r"(?:\w+ )?(?:failed to|unable to|could ?n[o']t|cannot|can't) \w"
    r"|(?:unknown|invalid|unrecognized|illegal|missing) \w|\S+\.go:\d+:\d+: \w"
    r"|(?:.{1,200}: )?(?:syntax|parse) error\b"
    r"|.{1,300}: (?:no such file or directory|(?:command )?not found|is a directory"
    r"|(?:permission|access) denied|connection refused|address already in use"
    r"|operation not permitted|timed out|broken pipe|unbound variable"
    r"|bad substitution|parameter not set)(?:\.?$|: \S)",
    re.IGNORECASE,
)

_WEAK_HINT: Final = (
    "failed to|unable to|could ?n[o']t|cannot|can't|no such file|not found|is a dir"
    "|denied|refused|already in use|not permitted|timed out|broken pipe|unknown"
    "|invalid|unrecognized|illegal|missing|syntax error|parse error|unbound"
    r"|substitution|not set|\.go:\d"
)

#: What says that all is well, in words that sound as if it were not.
_WELL: Final = re.compile(
    r"\b(?:0|no|zero|without(?: any)?) (?:errors?|failures?|warnings?|problems?)\b",
    re.IGNORECASE,
)


def level_of(line: bytes | str, stream: Stream = Stream.OUT) -> Level | None:
    """Return the level that a line without escape sequences says it has.

    ``None`` if it says nothing of the kind.
    """
    if len(line) > LONGEST:
        line = line[:_HEAD]
    text = line.decode("utf-8", "replace") if isinstance(line, bytes) else line
    fields, begin = json_of(text)
    if level := level_in(fields or logfmt_of(text)):
        return level
    # What an object says is data, and in there a word is nobody's verdict.
    return _worded(text[: min(begin, _HEAD)], stream)


def level_in(fields: Fields) -> Level | None:
    """Return the level that *fields* hold."""
    for key in KEYS:
        if key in fields and (level := _valued(key, fields[key], fields)):
            return level
    inner = fields.get("log")
    if isinstance(inner, dict):
        return _valued("level", inner.get("level"), inner)
    if isinstance(inner, str):
        # What Docker wrote of a line.
        return level_of(inner.rstrip())
    return None


def _valued(key: str, value: Value, fields: Fields) -> Level | None:
    """Return the level that field *key* of *fields* says with *value*."""
    if isinstance(value, str) and not value.isdecimal():
        # Go's slog writes what lies between two levels as DEBUG-4.
        word = re.split(r"[+-]\d", value.strip())[0]
        return _MONGO.get(word[:1]) if key == "s" else WORDS.get(word.lower())
    if isinstance(value, bool | float) or not isinstance(value, int | str):
        return None
    number = int(value) if len(str(value)) <= len("60") else -1
    if number in range(len(SYSLOG)):
        is_syslog = key in _NUMBERED or "short_message" in fields
        return SYSLOG[number] if is_syslog else None
    return BUNYAN.get(number)


def _worded(text: str, stream: Stream) -> Level | None:
    """Return the level of a line without fields."""
    found = _SYSLOG.match(text)
    if found and int(found[1]) < _FACILITIES:
        return SYSLOG[int(found[1]) % len(SYSLOG)]
    if _PASSED.match(text):
        return None
    for form in HEADS:
        if level := form.level(text):
            return level
    parts = tuple(_unlabelled(text))
    for part in parts:
        if level := _placed(part):
            return level
    if level := _counted(text):
        return level
    is_weak = stream is Stream.ERR and any(map(_WEAK.match, parts))
    return Level.ERROR if is_weak else None


def _unlabelled(text: str) -> Iterator[str]:
    """Yield *text*, and what is left of it without one and two names before it."""
    yield text
    for _ in range(_LABELS):
        label = _LABEL.match(text)
        if label is None:
            return
        text = text[label.end() :]
        yield text


def _placed(text: str) -> Level | None:
    """Return the level by a word in its place, or by a form."""
    if level := _first(text) or _dated(text):
        return level
    for form in BODIES:
        if level := form.level(text):
            return level
    return None


def _first(text: str) -> Level | None:
    """Return the level that a line begins with."""
    found = _FIRST.match(text)
    if found and not _is_entry(text, found) and not _is_well(text, found):
        return WORDS[found[found.lastgroup or 0].lower()]
    found = _BRACKETED.search(text, 0, _NEAR)
    if found and len(text[: found.start()].split()) <= _LABELS:
        return WORDS[found["word"].lower()]
    return None


def _is_entry(text: str, found: re.Match[str]) -> bool:
    """Whether an indented word is an entry of a table, as in a page of help."""
    word = found.lastgroup or ""
    is_alone = word == "wide" or found.end() == len(text.rstrip())
    return is_alone and found.start(word) > 0 and text[: found.start(word)].isspace()


def _is_well(text: str, found: re.Match[str]) -> bool:
    """Whether a line only begins with a level, and goes on to say that all is well."""
    is_sentence = text[found.end() : found.end() + 2].strip(" ").islower()
    return found.lastgroup == "large" and is_sentence and bool(_WELL.search(text))


def _dated(text: str) -> Level | None:
    """Return the level behind the time with which a line begins."""
    time = _DATED.search(text, 0, _NEAR)
    if time is None:
        return None
    clock = _CLOCK.match(text, time.end())
    rest = text[clock.end() if clock else time.end() :][:_AFTER]
    if found := _NEXT.match(rest):
        return WORDS[found["word"].lower()]
    later, bracketed = _LATER.search(rest), _BRACKETED.search(rest)
    if bracketed and (later is None or bracketed.start() <= later.start()):
        return WORDS[bracketed["word"].lower()]
    return WORDS[later[later.lastgroup or 0].lower()] if later else None


def _counted(text: str) -> Level | None:
    """Return the level by what was counted, errors before warnings."""
    if "without" in text and _WELL.search(text):
        return None
    words = [(found["word"] or found["word2"]) for found in _COUNT.finditer(text)]
    if any(not word.lower().startswith("warning") for word in words):
        return Level.ERROR
    return Level.WARN if words else None


def likely(levels: Collection[Level]) -> Pattern:
    """Return what every line has that has one of *levels*, and few others do."""
    return _likely(frozenset(levels))


@lru_cache(128)
def _likely(levels: frozenset[Level]) -> Pattern:
    return Pattern("|".join(_hints(levels)), is_regex=True, case=False)


def _hints(levels: Collection[Level]) -> Iterator[str]:
    words = [word for word, level in WORDS.items() if level in levels]
    yield rf"(?:^|[^\w./\\-])(?:{'|'.join(words)})(?:[^\w.\\]|$)"
    numbers = [number for number, level in BUNYAN.items() if level in levels]
    numbers += [number for number, level in enumerate(SYSLOG) if level in levels]
    yield rf'"\w*(?:level|lvl|severity|priority)\w*": ?"?(?:{_either(numbers)})\b'
    numbers = [n for n in range(_FACILITIES) if SYSLOG[n % len(SYSLOG)] in levels]
    yield f"^<0*(?:{_either(numbers)})>"
    letters = [letter for letter, level in _MONGO.items() if level in levels]
    yield f'"s": ?"(?:{_either(letters)})'
    for form in (*HEADS, *BODIES):
        yield from form.hints(levels)
    if Level.ERROR in levels:
        yield f"{_COUNT_HINT}|{_WEAK_HINT}"
    if Level.WARN in levels:
        yield _COUNT_HINT


def _either(words: Collection[object]) -> str:
    """Return a pattern of *words*, one that nothing has if there are none."""
    return "|".join(map(str, words)) or r"\b\B"
