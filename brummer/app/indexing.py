"""Indexes of the lines that somebody wants, over the store and its files."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from brummer.core.clock import Clock
from brummer.core.index import LineIndex, Wanted
from brummer.logs.condition import All, Any, Condition, Not
from brummer.logs.history.archive import Archive, Memory
from brummer.logs.index import Ground, LogIndex
from brummer.logs.search import Aside
from brummer.model.finding import Finding
from brummer.model.process import ProcessId


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexing:
    """Makes indexes.

    *filters* are the saved ones; *changed* is called when more was found.

    Threads: any.
    """

    store: Memory
    archive: Archive
    filters: Mapping[str, str]
    findings: Callable[[], Iterable[Finding]]
    aside: Aside
    clock: Clock

    def open(
        self,
        wanted: Wanted,
        process: ProcessId | None,
        changed: Callable[[], object],
    ) -> LineIndex:
        """Return an index of the *wanted* lines of one log, nothing looked at yet."""
        ground = Ground(
            snapshot=self.store.snapshot,
            before=self.archive.before,
            filed=self.archive.has_files,
            aside=self.aside,
            changed=changed,
            clock=self.clock,
        )
        return LogIndex(
            ground, process, lambda: self.condition(wanted), folded=wanted.folded
        )

    def condition(self, wanted: Wanted) -> Condition:
        """Return what lines have to be.

        :raises UsageError: if one of the expressions is none.
        """
        # What knows the forms of lines is imported when somebody looks for some.
        from brummer.logs.expression import Known, parse

        known = Known(
            filters=self.filters,
            findings=self.findings,
            kept=self.archive.found,
        )
        parts: list[Condition] = [parse(text, known) for text in wanted.every]
        some = [parse(text, known) for text in wanted.some]
        parts += [Any(tuple(some))] if some else []
        parts += [Not(parse(text, known)) for text in wanted.never]
        return All(tuple(parts))
