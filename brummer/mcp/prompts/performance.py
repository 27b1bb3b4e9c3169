"""The prompt to find out what is slow or large."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from brummer.core.amount import duration, memory, percent
from brummer.core.clock import Clock
from brummer.core.instance import Instance
from brummer.errors import BrummerError
from brummer.mcp.prompts.part import ours, theirs
from brummer.mcp.resources.completion import Candidate, matching
from brummer.mcp.resources.known import Known
from brummer.mcp.wording import ALL, Wording
from brummer.model.finding import Finding, FindingKind
from brummer.model.offer import Argument, Chosen, Recipe
from brummer.model.process import ProcessState
from brummer.model.tool import Call, Content

#: Processes that are told of.
_MOST: Final = 50


class Metric(StrEnum):
    """What is measured."""

    CPU = "cpu"
    MEMORY = "memory"
    BUILDS = "builds"
    TESTS = "tests"


@dataclass(frozen=True, slots=True)
class PerformancePrompt:
    """``performance_analysis``.

    Threads: the server's loop.
    """

    instance: Instance
    known: Known
    clock: Clock
    wording: Wording = ALL

    def table(self) -> Iterator[Recipe]:
        """Yield the prompt."""
        yield Recipe(
            name="performance_analysis",
            title="Find what is slow",
            description=(
                "Find out what is slow or large: begins with what processes use of the"
                " processor and of memory now, and how long builds and tests took."
            ),
            make=self.make,
            arguments=(
                Argument(
                    name="metric_type",
                    description=f"only one of {', '.join(Metric)}",
                    complete=_metrics,
                ),
                Argument(
                    name="process",
                    description="only this process id, or name of a script",
                    complete=self.known.process_ids,
                ),
            ),
        )

    async def make(
        self, _: Call, metric_type: str = "", process: str = ""
    ) -> Sequence[Content]:
        """Return what the user says."""
        metrics = [_metric(metric_type)] if metric_type.strip() else list(Metric)
        states = self._states(process.strip())
        about = f", of {states[0].id} alone" if process.strip() else ""
        measured = [self._measured(metric, states) for metric in metrics]
        return [
            ours(
                f"Find out what is slow or large in the project {self.instance.folder}"
                f"{about}, and how that can be mended.",
                self.wording.steps(_WAY),
            ),
            *measured,
        ]

    def _states(self, process: str) -> list[ProcessState]:
        if process:
            return [self.known.process(process)]
        return self.known.states()

    def _measured(self, metric: Metric, states: Sequence[ProcessState]) -> Content:
        """Return what was measured, the largest first."""
        if metric in {Metric.CPU, Metric.MEMORY}:
            lines = self._used(metric, states)
            return theirs(_HEADS[metric], lines or ["nothing runs that was measured"])
        kind = FindingKind.BUILD if metric is Metric.BUILDS else FindingKind.TEST
        ids = {state.id for state in states}
        found = [
            finding
            for finding in self.instance.findings()
            if finding.kind is kind and finding.process in ids
        ]
        found.sort(key=_seconds, reverse=True)
        lines = [_took(finding) for finding in found[:_MOST]]
        return theirs(_HEADS[metric], lines or ["none was seen"])

    def _used(self, metric: Metric, states: Sequence[ProcessState]) -> list[str]:
        usage = self.instance.usage()
        # What has ended was measured for the last time a while ago.
        living = [state for state in states if not state.is_finished]
        known = [(usage[state.id], state) for state in living if state.id in usage]
        known.sort(
            key=lambda pair: (
                pair[0].cpu if metric is Metric.CPU else float(pair[0].memory)
            ),
            reverse=True,
        )
        now = self.clock.now()
        return [
            f"{state.id}: {percent(used.cpu)} of one core, {memory(used.memory)} in"
            f" {used.processes} processes, for {duration(state.duration(now))},"
            f" run {state.run}"
            for used, state in known[:_MOST]
        ]


_HEADS: Final[Mapping[Metric, str]] = {
    Metric.CPU: "What processes use, most of the processor first",
    Metric.MEMORY: "What processes use, most memory first",
    Metric.BUILDS: "The last build of each process, the longest first",
    Metric.TESTS: "The last test run of each process, the longest first",
}


def _metrics(begun: str, _: Chosen) -> Sequence[str]:
    return matching(begun, map(Candidate, Metric))


def _metric(name: str) -> Metric:
    try:
        return Metric(name.strip().casefold())
    except ValueError:
        known = ", ".join(Metric)
        text = f"metric_type {name[:40]!r} is not measured; there are: {known}"
        raise BrummerError(text) from None


def _seconds(finding: Finding) -> float:
    try:
        return float(finding.details.get("seconds", ""))
    except ValueError:
        return 0.0


def _took(finding: Finding) -> str:
    seconds = _seconds(finding)
    time = f"{seconds:.1f} s" if seconds else "time unknown"
    return f"{finding.process}: {time}: {finding.title}"


_WAY: Final = (
    (
        "What uses a whole core or grows from minute to minute comes first. The numbers"
        " are of one moment: get this prompt again to see how they change."
    ),
    "logs_search finds what a process did meanwhile; lines have their times.",
    "A watcher that builds again and again may watch what it writes.",
    (
        "Measure before and after a change: scripts_run wait_s=50 says how long.",
        "Measure before and after a change.",
    ),
)
