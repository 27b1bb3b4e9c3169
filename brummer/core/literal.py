"""Looking for many literals at once, at the speed of memory."""

import re
from collections.abc import Iterable
from typing import Final, Protocol

import re2

#: Bytes that an automaton may take; thousands of literals need a few hundred
#: kilobytes.
_MEMORY: Final = 32 * 1024 * 1024


#: What may be coloured by itself: a word, or a sign.
_TOKEN: Final = re.compile(rb"[\w\x80-\xff]+|.", re.DOTALL)
#: Colours between tokens: SGR, and the erasing that compilers print beside it.  It is
#: wider than that, for it stands in many places: that makes a smaller automaton.
_COLOURS: Final = rb"(?:\x1b[\x1b\[0-9;:mK]*)?"
#: Control sequences, exactly: they are taken out of a line that is looked at alone,
#: which costs less than an automaton that knows them.
_SEQUENCE: Final = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]")


class _Match(Protocol):
    def span(self) -> tuple[int, int]: ...


class _Search(Protocol):
    def __call__(self, text: bytes, pos: int) -> _Match | None: ...


class Literals:
    """A set of literals without line feeds, whose capitals do not count.

    Nor do colours between their words and signs, which tools give each its own.
    One automaton looks for all of them, so it takes 0.2 s for a million lines
    whether there are five or fifty; looking for one after the other takes seven
    times as long for twenty.

    Threads: never changes; any thread may search.
    """

    def __init__(self, literals: Iterable[bytes]) -> None:
        self._search: Final = _compiled(frozenset(literals))

    def starts(self, data: bytes) -> list[int]:
        """Return where the lines of *data* begin that hold one.

        Outside ASCII there may be a line too many, and never one too few.
        """
        found: list[int] = []
        position = 0
        while self._search is not None and position < len(data):
            match = self._search(data, position)
            if match is None:
                break
            begin, _ = match.span()
            found.append(data.rfind(b"\n", 0, begin) + 1)
            position = data.find(b"\n", begin) + 1 or len(data)
        return found


class LiteralSets:
    """Some sets of literals, of which one asks which have one in a text.

    One automaton for all of them, as in :class:`Literals`: it takes a microsecond
    for a line, however many there are, and looking for each of them as many as there
    are.

    Threads: never changes; any thread may ask.
    """

    def __init__(self, sets: Iterable[Iterable[bytes]]) -> None:
        known = [(n, frozenset(literals)) for n, literals in enumerate(sets)]
        #: The numbers of those that are not empty.
        self._numbers: Final = tuple(number for number, literals in known if literals)
        self._automaton: Final = re2.Set.SearchSet(_options())
        for _, literals in known:
            if literals:
                self._automaton.Add(b"|".join(map(re2.escape, sorted(literals))))
        if self._numbers:
            self._automaton.Compile()

    def held(self, text: bytes) -> list[int]:
        """Return the numbers of the sets that have one in *text*, in order.

        Outside ASCII there may be one too many, and never one too few.
        """
        if not self._numbers:
            return []
        found: list[int] = self._automaton.Match(text) or []
        if b"\x1b" in text:
            plain = self._automaton.Match(_SEQUENCE.sub(b"", text)) or ()
            found = list({*found, *plain})
        found.sort()
        return [self._numbers[index] for index in found]


def _compiled(literals: frozenset[bytes]) -> _Search | None:
    """Return what finds the first of *literals*; nothing for none."""
    if not literals:
        return None
    expression = b"|".join(map(_coloured, sorted(literals)))
    search: _Search = re2.compile(expression, _options()).search
    return search


def _coloured(literal: bytes) -> bytes:
    """Return an expression for *literal*, with or without colours within."""
    return _COLOURS.join(map(re2.escape, _TOKEN.findall(literal)))


def _options() -> re2.Options:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MEMORY
    # Bytes are taken for letters of their own: output may be anything.
    options.encoding = re2.Options.Encoding.LATIN1
    return options
