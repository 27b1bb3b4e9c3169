"""Regular expressions that no line can make slow.

The engine is RE2: linear whatever the expression, also the user's own.  It works
on bytes, which have to be UTF-8.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, Protocol

import re2

#: What :meth:`Regex.fields` returns for a match without groups.
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})

#: Bytes that the automaton of all starts may take.
_MEMORY: Final = 64 * 1024 * 1024


class _Match(Protocol):
    def __getitem__(self, index: int) -> bytes | None: ...


class _Search(Protocol):
    def __call__(self, text: bytes) -> _Match | None: ...


class Regex:
    """One expression; its named groups are fields.

    It is compiled when it is needed first.

    Threads: the log thread's.

    :raises ValueError: when it is needed, if it is no expression.
    """

    def __init__(self, text: str) -> None:
        self.text: Final = text
        self._search: _Search | None = None
        #: The groups that have a name, each with its number.
        self._groups: tuple[tuple[str, int], ...] = ()

    def fields(self, line: bytes) -> Mapping[str, str] | None:
        """Return what the groups are that took part; ``None`` for no match."""
        match = (self._search or self.compiled())(line)
        if match is None:
            return None
        if not self._groups:
            return _NOTHING
        # All at once, group() takes twice as long.
        return {
            name: value.decode("utf-8", "replace")
            for name, index in self._groups
            if (value := match[index])
        }

    def compiled(self) -> _Search:
        """Compile it, and return what searches.

        :raises ValueError: if it is no expression.
        """
        options = re2.Options()
        options.log_errors = False
        try:
            compiled = re2.compile(self.text.encode(), options)
        except re2.error as error:
            said = error.args[0].decode("utf-8", "replace")
            raise ValueError(f"{self.text!r} is no pattern: {said}") from None
        groups: Mapping[bytes, int] = compiled.groupindex
        self._groups = tuple((name.decode(), index) for name, index in groups.items())
        search: _Search = compiled.search
        self._search = search
        return search


class Starts:
    """All expressions at which something may begin, in one automaton.

    Threads: never changes after it was made.
    """

    def __init__(self, expressions: Iterable[Regex]) -> None:
        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MEMORY
        self._set: Final = re2.Set.SearchSet(options)
        self._count = 0
        for expression in expressions:
            self._set.Add(expression.text.encode())
            self._count += 1
        if self._count:
            self._set.Compile()

    def matching(self, line: bytes) -> list[int]:
        """Return the numbers of those that match *line*, in order."""
        found: list[int] | None = self._set.Match(line) if self._count else None
        return sorted(found) if found else []
