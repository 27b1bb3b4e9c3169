"""Finds the results of test runs in what runners print."""

import re
from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

import brummer
from brummer_tests.names import Names
from brummer_tests.rule import Rule, Step, compiled
from brummer_tests.run import Run
from brummer_tests.runners import AFTERWARDS, RULES

#: Processes whose runs are remembered.
_MOST_PROCESSES: Final = 1_000
#: Labels in front of a line that are looked behind.
_MOST_LABELS: Final = 4


@cache
def _sets() -> brummer.LiteralSets:
    """Return what tells which rules want a line; made for the first that comes."""
    return brummer.LiteralSets(rule.literals for rule in RULES)


class TestDetector:
    """Reports each run of a test runner: that it began, what fails, how it ended.

    There is one finding for a runner in a process, that of its latest run.

    Threads: :meth:`begin` is called on the log thread, which alone owns what is
    known of runs.  :meth:`end` may be called from any thread: it copies a table in
    one step, of a process that prints no more, and leaves a note in a deque, whose
    ends are safe to use from two threads.
    """

    #: It is no class of tests.
    __test__ = False

    name = "tests"
    prefilter: Final = tuple(
        sorted({literal for rule in RULES for literal in rule.literals})
    )

    def __init__(self) -> None:
        #: Owned by the log thread; oldest process first.
        self._runs: dict[brummer.ProcessId, dict[str, Run]] = {}
        #: Any thread puts in, the log thread takes out.
        self._ended: deque[brummer.ProcessId] = deque(maxlen=_MOST_PROCESSES)

    def begin(
        self, entry: brummer.LogEntry, before: brummer.Before
    ) -> tuple[brummer.Finding | brummer.Collector, ...]:
        """Return what *entry* tells of a run."""
        self._clear()
        line = _Line(entry, before, brummer.plain(entry.data))
        rules = [RULES[number] for number in _sets().held(entry.data)]
        if not rules:
            return ()
        told = next(self._told(rules, line), None)
        for _ in range(_MOST_LABELS):
            rest = brummer.unlabelled(line.text)
            if told is not None or rest == line.text:
                break
            line = line._replace(text=rest)
            told = next(self._told(rules, line), None)
        if told is None:
            return ()
        rule, found = told
        run = self._run(rule, found, entry)
        if not run.learn(rule, found, entry):
            return ()
        lists = rule.step & Step.LISTS
        return (run.finding(), Names(run)) if lists else (run.finding(),)

    def end(self, process: brummer.ProcessId) -> tuple[brummer.Finding, ...]:
        """Forget *process*, which has ended; return its runs that had not."""
        runs = tuple(self._runs.get(process, {}).values())
        self._ended.append(process)
        return tuple(run.stopped() for run in runs if not run.is_over)

    def _told(
        self, rules: list[Rule], line: "_Line"
    ) -> Iterator[tuple[Rule, "re.Match[str]"]]:
        """Yield what *line* says, as far as it is known to be said by a runner."""
        runs = self._runs.get(line.entry.process, {})
        for rule in rules:
            found = rule.expression().match(line.text)
            if found is None or (rule.needs and rule.runner not in runs):
                continue
            if not rule.after or line.comes_after(rule.after):
                yield rule, found

    def _run(self, rule: Rule, found: "re.Match[str]", entry: brummer.LogEntry) -> Run:
        """Return the run that a line tells of, a new one if it begins one."""
        runs = self._runs.setdefault(entry.process, {})
        run = runs.get(rule.runner)
        if run is not None and run.has(found.groupdict().get("part")):
            run = runs[rule.runner] = run.next(entry)
        if run is not None and not _is_another(run, rule):
            return run
        first = entry.number
        if not rule.step & Step.BEGINS and rule.runner not in AFTERWARDS:
            # A run that does not say when it begins did after the last one.
            first = 0 if run is None else run.last + 1
        if run is not None:
            run.is_past = True
        run = runs[rule.runner] = Run(rule.runner, entry, first)
        return run

    def _clear(self) -> None:
        while self._ended:
            self._runs.pop(self._ended.popleft(), None)
        # A line that comes after its process was forgotten opens an account that
        # nobody closes, hence the bound.
        while len(self._runs) > _MOST_PROCESSES:
            del self._runs[next(iter(self._runs))]


def _is_another(run: Run, rule: Rule) -> bool:
    """Whether a line tells of another run than *run*."""
    if rule.step & Step.BEGINS:
        return True
    return run.is_over and not rule.step & (Step.LATE | Step.GOES_ON)


class _Line(NamedTuple):
    """A line as it is read, with a way to look back."""

    entry: brummer.LogEntry
    before: brummer.Before
    text: str

    def comes_after(self, match: str) -> bool:
        """Whether the line before is one that *match* matches."""
        earlier = self.before(1)
        return (
            bool(earlier)
            and compiled(match).search(brummer.plain(earlier[0].data)) is not None
        )
