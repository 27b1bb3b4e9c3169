"""Patterns that people and programs give us, searched for without any danger.

The engine is RE2: linear in the length of the text whatever the pattern, and
without Python's lock while it works.  So a pattern can neither hang anything nor
hold anybody up.  What it leaves out is what cannot be linear: references back to
a group, and looking ahead or behind.
"""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import AnyStr, Final, Protocol

import re2

from brummer.errors import BrummerError, UsageError, quoted

#: What people say about capitals, and what :class:`Pattern` makes of it.
CASES: Final[Mapping[str, bool | None]] = MappingProxyType(
    {"smart": None, "exact": True, "ignore": False}
)

#: CPU seconds that a search may take, and for each byte of the text.  Ordinary
#: patterns take 0.2 to 2 ns a byte, the worst known one 5,000.
PATIENCE: Final = 0.1
PATIENCE_BYTE: Final = 1e-6

#: Longer lines are searched in pieces, which overlap by what may stand across the
#: border of two.
PIECE: Final = 256 * 1024
OVERLAP: Final = 4 * 1024

#: So much of a text is looked at to learn whether matches are frequent: more than
#: one in so many lines.
SAMPLE: Final = 4 * 1024
SPARSE: Final = 16

#: Matches in one line that are worth showing, and bytes of it that are; so many are
#: looked at for that.
SPANS: Final = 100
SHOWN: Final = 64 * 1024
MATCHES: Final = 1_000

#: What stands for a class of characters, and says nothing about capitals.
_CLASS: Final = re.compile(
    r"\\[pP]\{[^}]*\}|\\[pP].|\\.|\[:\w+:\]|\(\?P?<\w+>", re.DOTALL
)

#: What RE2 says that can be said better.
_REASONS: Final = (
    ("invalid perl operator: (?<", "looking behind is not supported"),
    ("invalid perl operator: (?", "looking ahead is not supported"),
    ("invalid escape sequence: \\", "no such escape, and no references to groups"),
    ("invalid repetition size", "more than 1,000 repetitions"),
    ("pattern too large", "too long when its repetitions are written out"),
)


_FEED: Final = ord("\n")


class PatternTooSlowError(BrummerError):
    """A pattern takes so long that the search was given up."""


class _Match(Protocol):
    def start(self) -> int: ...
    def span(self) -> tuple[int, int]: ...


class _Regexp(Protocol):
    def search(
        self, text: AnyStr, pos: int | None = None, endpos: int | None = None
    ) -> _Match | None: ...

    def finditer(
        self, text: AnyStr, pos: int | None = None, endpos: int | None = None
    ) -> Iterator[_Match]: ...


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text, or a regular expression, that lines can have.

    No match goes over the end of a line, which is what ``^`` and ``$`` stand for.
    *case* says whether capitals count; ``None`` leaves that to the pattern: they
    count if it has one.

    :raises UsageError: for a regular expression that is none.

    Threads: frozen; several may search with it at the same time.
    """

    text: str
    is_regex: bool = False
    case: bool | None = None

    def __post_init__(self) -> None:
        """Look whether it is one."""
        self._engine()

    def lines(self, plain: bytes) -> list[int]:
        """Return which lines of *plain* have a match; they count from 0.

        *plain* ends with a line feed.

        :raises PatternTooSlowError: if that takes too long.
        """
        if self.is_frequent(plain):
            text, needle = self._folded(plain)
            lines = text.split(b"\n")
            return [number for number, line in enumerate(lines) if needle in line]
        found: list[int] = []
        line = before = 0
        for position in self.positions(plain):
            line += plain.count(b"\n", before, position)
            found.append(line)
            before = position
        return found

    def positions(self, plain: bytes) -> Iterator[int]:
        """Yield where in *plain* the first match of each line begins.

        *plain* ends with a line feed.

        :raises PatternTooSlowError: if that takes too long.
        """
        search = self._engine().search
        give_up = _end_of_patience(plain)
        position = 0
        while position < len(plain):
            stop = _piece_end(plain, position)
            match = search(plain, position, stop)
            self._check(give_up)
            # At the end of whole lines there is nothing left to match, not even
            # nothing: that would be at the start of the next line.
            if match is None or (match.start() == stop and plain[stop - 1] == _FEED):
                position = _next_piece(plain, position, stop)
                continue
            yield match.start()
            position = plain.index(b"\n", match.start()) + 1

    def reaches_beyond(self, line: bytes, size: int) -> bool:
        """Whether *line* has a match that ends after its first *size* bytes.

        One that is empty does not count, and after many of them nothing does.  In a
        long line all that begin far before that are left out but the first one.

        :raises PatternTooSlowError: if that takes too long to find out.
        """
        search = self._engine().search
        give_up = _end_of_patience(line)
        position = empty = 0
        while position < len(line) and empty < MATCHES:
            if (match := search(line, position)) is None:
                return False
            begin, end = match.span()
            if begin < end and end > size:
                return True
            self._check(give_up)
            empty += begin == end
            # Matches may be as many as bytes, and each takes a call.
            position = max(end + (begin == end), size - OVERLAP)
        return False

    def _check(self, give_up: float) -> None:
        """Go on with a search, unless this thread has worked until *give_up*.

        :raises PatternTooSlowError: if it has.
        """
        if time.thread_time() > give_up:
            raise PatternTooSlowError(f"the pattern {quoted(self.text)} takes too long")

    def is_frequent(self, plain: bytes) -> bool:
        """Whether it is a simple text that every few lines seem to have.

        Then :meth:`lines`, which looks at each line, is quicker than looking for
        each match.
        """
        if self.is_regex or not self.text.isascii() or not self.text:
            return False
        text, needle = self._folded(plain[:SAMPLE])
        return text.count(needle) * SPARSE > text.count(b"\n")

    def spans(self, text: AnyStr) -> tuple[tuple[int, int], ...]:
        """Return where in one line its matches are, those that are not empty."""
        # One that is empty is there between any two letters, if it is anywhere.
        spans = (match.span() for match in islice(self._each(text), MATCHES))
        found = ((begin, end) for begin, end in spans if begin < end)
        return tuple(islice(found, SPANS))

    def _each(self, text: AnyStr) -> Iterator[_Match]:
        """Yield the matches in one line.

        RE2 lets Python's lock go for each, and whoever paints a screen full of lines
        would have to wait for it as often; a simple text needs no RE2.
        """
        end = min(len(text), SHOWN)
        if self.is_regex or not isinstance(text, str):
            return self._engine().finditer(text, 0, end)
        return _simple(self.text, case=self._is_exact).finditer(text, 0, end)

    def matches(self, line: bytes) -> bool:
        """Whether one line has a match.

        :raises PatternTooSlowError: if that takes too long to find out.
        """
        return bool(self.lines(line + b"\n"))

    @property
    def _is_exact(self) -> bool:
        """Whether capitals count."""
        if self.case is not None:
            return self.case
        return _has_capital(self.text, is_regex=self.is_regex)

    def _folded(self, plain: bytes) -> tuple[bytes, bytes]:
        """Return *plain* and the text to be found in it, alike in their case."""
        needle = self.text.encode()
        return (plain, needle) if self._is_exact else (plain.lower(), needle.lower())

    def _engine(self) -> _Regexp:
        return _compiled(self.text, is_regex=self.is_regex, case=self._is_exact)


def _end_of_patience(text: bytes) -> float:
    """Return when to give up searching *text*, by the clock of this thread."""
    return time.thread_time() + PATIENCE + PATIENCE_BYTE * len(text)


def _piece_end(plain: bytes, position: int) -> int:
    """Return where the piece that begins at *position* ends."""
    if len(plain) - position <= PIECE:
        return len(plain)
    return plain.rfind(b"\n", position, position + PIECE) + 1 or position + PIECE


def _next_piece(plain: bytes, position: int, stop: int) -> int:
    """Return where the piece after that from *position* to *stop* begins."""
    if stop == len(plain) or plain[stop - 1] == _FEED:
        return stop
    return max(stop - OVERLAP, position + 1)


def _has_capital(text: str, *, is_regex: bool) -> bool:
    written = _CLASS.sub("", text) if is_regex else text
    return written != written.lower()


@lru_cache(64)
def _simple(text: str, *, case: bool) -> re.Pattern[str]:
    return re.compile(re.escape(text), 0 if case else re.IGNORECASE)


@lru_cache(256)
def _compiled(text: str, *, is_regex: bool, case: bool) -> _Regexp:
    """Return what RE2 made of a pattern.

    :raises UsageError: if it makes nothing of it.
    """
    options = re2.Options()
    options.literal = not is_regex
    options.case_sensitive = case
    options.never_nl = True
    options.log_errors = False
    try:
        compiled: _Regexp = re2.compile(f"(?m){text}" if is_regex else text, options)
    except (re2.error, UnicodeEncodeError) as error:
        raise UsageError(f"{quoted(text)} is no pattern: {_reason(error)}") from None
    return compiled


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeEncodeError):
        return "a half of a character cannot be in any line"
    said: str = error.args[0].decode("utf-8", "replace").replace("(?m)", "")
    for beginning, reason in _REASONS:
        if said.startswith(beginning):
            return f"{reason} ({said.rpartition(': ')[2]})"
    return said
