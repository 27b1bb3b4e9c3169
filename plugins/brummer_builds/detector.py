"""Finds how builds go in what build tools print."""

import re
from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import Final

import brummer
from brummer_builds.build import Build
from brummer_builds.rule import Rule, Step
from brummer_builds.tools import RULES

#: Processes whose builds are remembered.
_MOST_PROCESSES: Final = 1_000
#: Labels in front of a line that are looked behind.
_MOST_LABELS: Final = 4


@cache
def _sets() -> brummer.LiteralSets:
    """Return what tells which rules want a line; made for the first that comes."""
    return brummer.LiteralSets(rule.literals for rule in RULES)


class BuildDetector:
    """Reports each build: that it began, and how it ended.

    There is one finding for a tool in a process, that of its latest build.

    Threads: :meth:`detect` is called on the log thread, which alone owns what is
    known of builds.  :meth:`end` may be called from any thread: it copies a table
    in one step, of a process that prints no more, and leaves a note in a deque,
    whose ends are safe to use from two threads.
    """

    name = "builds"
    prefilter: Final = tuple(
        sorted({literal for rule in RULES for literal in rule.literals})
    )

    def __init__(self) -> None:
        #: Owned by the log thread; oldest process first.
        self._builds: dict[brummer.ProcessId, dict[str, Build]] = {}
        #: Any thread puts in, the log thread takes out.
        self._ended: deque[brummer.ProcessId] = deque(maxlen=_MOST_PROCESSES)

    def detect(self, entry: brummer.LogEntry) -> tuple[brummer.Finding, ...]:
        """Return what *entry* tells of a build."""
        self._clear()
        rules = [RULES[number] for number in _sets().held(entry.data)]
        if not rules:
            return ()
        text = brummer.plain(entry.data)
        told = next(self._told(rules, text, entry.process), None)
        for _ in range(_MOST_LABELS):
            rest = brummer.unlabelled(text)
            if told is not None or rest == text:
                break
            text = rest
            told = next(self._told(rules, text, entry.process), None)
        if told is None:
            return ()
        rule, found = told
        build = self._build(rule, entry)
        return (build.finding(),) if build.learn(rule, found, entry) else ()

    def end(
        self, process: brummer.ProcessId, *, well: bool
    ) -> tuple[brummer.Finding, ...]:
        """Forget *process*, which has ended; return what is new of its builds.

        That is how those end that had not, and how many errors there were in all.
        """
        builds = tuple(self._builds.get(process, {}).values())
        self._ended.append(process)
        return tuple(
            build.ended(well=well)
            for build in builds
            if not (build.is_over and build.is_whole)
        )

    def _told(
        self, rules: list[Rule], text: str, process: brummer.ProcessId
    ) -> "Iterator[tuple[Rule, re.Match[str]]]":
        """Yield what *text* says, as far as it is known to be said by a tool."""
        builds = self._builds.get(process, {})
        for rule in rules:
            if rule.needs and rule.tool not in builds:
                continue
            found = rule.expression().match(text)
            if found is not None:
                yield rule, found

    def _build(self, rule: Rule, entry: brummer.LogEntry) -> Build:
        """Return the build that a line tells of, a new one if it begins one."""
        builds = self._builds.setdefault(entry.process, {})
        build = builds.get(rule.tool)
        if build is not None and not _is_another(build, rule):
            return build
        # A build that does not say when it begins did after the last one.
        first = entry.number
        if not rule.step & Step.BEGINS:
            first = 0 if build is None else build.last + 1
        build = builds[rule.tool] = Build(rule.tool, entry, first)
        return build

    def _clear(self) -> None:
        while self._ended:
            self._builds.pop(self._ended.popleft(), None)
        # A line that comes after its process was forgotten opens an account that
        # nobody closes, hence the bound.
        while len(self._builds) > _MOST_PROCESSES:
            del self._builds[next(iter(self._builds))]


def _is_another(build: Build, rule: Rule) -> bool:
    """Whether a line tells of another build than *build*."""
    return bool(rule.step & Step.BEGINS) or (
        build.is_closed and not rule.step & Step.LATE
    )
