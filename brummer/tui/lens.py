"""What of a log is shown, and what is looked for in it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Self

from brummer.core.index import Indexed, LineIndex, Wanted
from brummer.core.instance import Instance, Log
from brummer.model.log import LogExtent
from brummer.model.process import ProcessId
from brummer.tui.course import Course
from brummer.tui.quest import Quest, Sought
from brummer.tui.row import Span

#: What errors and warnings are, in the words of filters.
ERRORS: Final = "is:error"
WARNINGS: Final = "level:warn"

_HIGH: Final = "priority>50"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which lines are shown: in the words of filters, all of which have to be true.

    One of *shown* is enough, if there are any; none of *hidden* may be true.
    """

    expression: str = ""
    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    high: bool = False
    off: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """What each is called, as it would be typed."""
        return (
            *([f"&{self.expression}"] if self.expression else []),
            *(f"/show {text}" for text in self.shown),
            *(f"/hide {text}" for text in self.hidden),
            *(["high priority"] if self.high else []),
        )

    @property
    def wanted(self) -> Wanted:
        """What lines have to be."""
        if self.off:
            return Wanted()
        high = (_HIGH,) if self.high else ()
        own = (self.expression,) if self.expression else ()
        return Wanted(every=own + high, some=self.shown, never=self.hidden)

    @property
    def text(self) -> str:
        """The same as one expression."""
        if self.names == (f"&{self.expression}",):
            return self.expression
        some = " or ".join(f"({text})" for text in self.shown)
        parts = [f"({text})" for text in (self.expression, some) if text]
        parts += [f"-({text})" for text in self.hidden]
        return " ".join(parts + [_HIGH] * self.high)

    @property
    def is_narrow(self) -> bool:
        """Whether not every line is wanted."""
        return self.wanted != Wanted()

    def without(self, name: str) -> Self:
        """Return the filters without the one that is called *name*."""
        return replace(
            self,
            expression="" if name == f"&{self.expression}" else self.expression,
            shown=tuple(text for text in self.shown if name != f"/show {text}"),
            hidden=tuple(text for text in self.hidden if name != f"/hide {text}"),
            high=self.high and name != "high priority",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sight:
    """What decides on the lines that are shown, with the indexes that find them."""

    filters: Filters
    folded: bool = False
    found: LineIndex | None = None
    firsts: LineIndex | None = None

    @property
    def indexes(self) -> tuple[LineIndex, ...]:
        return tuple(index for index in (self.found, self.firsts) if index is not None)

    @property
    def problem(self) -> str:
        """What is wrong with a filter."""
        problems = (index.found.problem for index in self.indexes)
        return next(filter(None, problems), "")

    def has_reached(self, line: int | None) -> bool:
        """Whether it was looked at *line*, or with ``None`` at the newest lines."""
        found = [index.found for index in self.indexes]
        return all(
            f.complete or (f.end and (line is None or f.low <= line)) for f in found
        )

    def close(self) -> None:
        for index in self.indexes:
            index.close()


class Lens:
    """Decides which lines of a log a pane shows, and knows which to jump to.

    Filters that turn out to be wrong, or too slow from the beginning, are told to
    *refused*, and the last good ones stay.

    Threads: the main thread only; indexes are made aside.
    """

    def __init__(
        self,
        instance: Instance,
        refused: Callable[[str], object],
        here: Callable[[], int | None] = lambda: None,
    ) -> None:
        """Show all lines; *here* returns the line that is to stay in sight."""
        self._instance = instance
        self._log: Log = instance
        self._refused = refused
        self._here = here
        self._process: ProcessId | None = None
        self._sight = _Sight(filters=Filters())
        #: What is to take its place as soon as it has found something.
        self._coming: _Sight | None = None
        #: How often the lines that are shown became others.
        self.changes = 0
        self.sought: Sought | None = None
        self.matches: Quest | None = None
        self._quests: dict[str, tuple[Quest, int]] = {}

    @property
    def filters(self) -> Filters:
        """The filters that are in force, or will be in a moment."""
        return (self._coming or self._sight).filters

    @property
    def folded(self) -> bool:
        """Whether repeats are left out, or will be in a moment."""
        return (self._coming or self._sight).folded

    def show(self, process: ProcessId | None, log: Log | None = None) -> None:
        """Go on with another process, with the same filters and search.

        It is one of the same log unless *log* is another one.
        """
        self._process = process
        self._log = log or self._log
        filters, folded, sought = self.filters, self.folded, self.sought
        self.close()
        self._sight = self._opened(filters, folded=folded)
        self.seek(sought)

    def close(self) -> None:
        """Look for nothing any more."""
        self._sight.close()
        if self._coming is not None:
            self._coming.close()
            self._coming = None
        self.seek(None)
        self._forget_quests()

    # Filters.

    def filter(self, filters: Filters) -> None:
        """Show only lines that *filters* let through."""
        self._bring(self._opened(filters, folded=self.folded))

    def fold(self, *, folded: bool) -> None:
        """Leave repeats out, or show them."""
        self._bring(self._opened(self.filters, folded=folded))

    def _opened(self, filters: Filters, *, folded: bool) -> _Sight:
        wanted = filters.wanted
        found = self._index(wanted) if filters.is_narrow else None
        firsts = self._index(replace(wanted, folded=True)) if folded else None
        return _Sight(filters=filters, folded=folded, found=found, firsts=firsts)

    def _index(self, wanted: Wanted) -> LineIndex:
        return self._log.log_index(wanted, self._process)

    def _bring(self, sight: _Sight) -> None:
        if self._coming is not None:
            self._coming.close()
        self._coming = sight
        self.refresh()

    # What is looked for.

    def seek(self, sought: Sought | None) -> None:
        """Look for something else, or for nothing."""
        if self.matches is not None:
            self.matches.close()
        self.sought = sought
        self.matches = None
        if sought is not None:
            self.matches = Quest("match", self._index(self._shown(sought.expression)))

    def _shown(self, expression: str) -> Wanted:
        """Return those of the shown lines for which *expression* is true."""
        wanted = self._sight.filters.wanted
        return replace(wanted, every=(*wanted.every, expression))

    def quest(self, noun: str, expression: str) -> Quest:
        """Return the way from line to line of those for which *expression* is true.

        What is a finding is known a little later than its lines, so where there are
        new ones it is looked at again.
        """
        version = self._instance.versions().findings
        known = self._quests.get(noun)
        if known is not None and known[1] == version:
            return known[0]
        if known is not None:
            known[0].close()
        quest = Quest(noun, self._index(self._shown(expression)))
        self._quests[noun] = quest, version
        return quest

    def stay(self) -> None:
        """Jump nowhere any more, even if it is known in a moment where to."""
        for quest in self._all_quests():
            quest.forget()

    def _all_quests(self) -> list[Quest]:
        quests = [quest for quest, _ in self._quests.values()]
        return quests if self.matches is None else [self.matches, *quests]

    def _forget_quests(self) -> None:
        for quest, _ in self._quests.values():
            quest.close()
        self._quests = {}

    # What is new.

    def refresh(self) -> None:
        """Look at what is new."""
        if self._coming is not None:
            self._take(self._coming)
        for index in self._sight.indexes:
            index.refresh()
        for quest in self._all_quests():
            quest.refresh()

    def _take(self, coming: _Sight) -> None:
        """Take what comes, if it has found something."""
        for index in coming.indexes:
            index.refresh()
        if coming.problem:
            coming.close()
            self._coming = None
            self._refused(coming.problem)
        elif coming.has_reached(self._here()):
            before, self._sight, self._coming = self._sight, coming, None
            before.close()
            self.changes += 1
            if before.filters.wanted != coming.filters.wanted:
                self._forget_quests()
                self.seek(self.sought)

    def course(self, extent: LogExtent) -> Course:
        """Return the lines to be shown of those there are."""
        sight = self._sight
        return Course(
            extent=extent,
            found=_found(sight.found),
            firsts=_found(sight.firsts),
        )

    # What is said of it.

    def title(self, current: int | None) -> list[Span]:
        """Return what is looked for and how far that is, and what is shown."""
        parts: list[Span] = []
        if self.sought is not None:
            parts.append(("head", f"/{self.sought.text} {self.progress(current)}"))
        filters = self._sight.filters
        if filters.names and filters.off:
            parts.append(("dim", "filters off"))
        elif filters.names:
            text = " ".join(filters.names) + _share(_found(self._sight.found))
            problem = self._sight.problem
            parts.append(("bad", problem) if problem else ("head", text))
        if self._sight.folded:
            share = "" if filters.is_narrow else _share(_found(self._sight.firsts))
            parts.append(("rule", f"folded{share}"))
        return parts

    def progress(self, current: int | None) -> str:
        """Return how many matches there are, and which one line *current* is."""
        if self.matches is None:
            return ""
        found = self.matches.index.found
        if found.problem:
            return found.problem
        count = f"{len(found):,}" + ("+" if found.cut else "")
        if current is not None and found.has(current):
            count = f"{found.before(current) + 1:,} of {count}"
        return count + _share(found)


def _found(index: LineIndex | None) -> Indexed | None:
    return None if index is None else index.found


def _share(found: Indexed | None) -> str:
    """Return how much was looked at, if that is not all."""
    if found is None or found.complete or found.problem:
        return ""
    return f" {min(99, int(found.share * 100))}%"
