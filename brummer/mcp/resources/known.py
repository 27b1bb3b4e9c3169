"""What there is to name: processes, scripts and errors."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from brummer.core.instance import Instance
from brummer.core.nearest import no_process
from brummer.errors import BrummerError
from brummer.mcp.resources.completion import Candidate, matching
from brummer.mcp.tools.finding import row_id
from brummer.model.finding import Finding, FindingKind
from brummer.model.offer import Chosen
from brummer.model.process import ProcessId, ProcessState

#: Kinds of findings that have an address.
ERRORS: Final = frozenset({FindingKind.ERROR, FindingKind.WARNING})

#: Characters of an error that are offered to be chosen.
_OFFERED: Final = 200


class _Sorted(NamedTuple):
    """The findings of one version: those of each process, and errors by their ids."""

    version: int
    of: Mapping[ProcessId, list[Finding]]
    errors: Mapping[str, Finding]


class Known:
    """Looks up what somebody names, and offers names to choose from.

    Threads: any; tables are snapshots, and what is made of one is kept by one
    assignment.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance: Final = instance
        #: Rebound when the findings have changed.
        self._sorted = _Sorted(-1, {}, {})

    def states(self) -> list[ProcessState]:
        """Return the processes that live, then those that ended, the newest first."""
        states = list(self.instance.processes().values())[::-1]
        return sorted(states, key=lambda state: state.is_finished)

    def process(self, name: str) -> ProcessState:
        """Return the process of that id, or the newest of that script.

        One that lives is preferred.

        :raises BrummerError: if there is none.
        """
        processes = self.instance.processes()
        if state := processes.get(ProcessId(name)):
            return state
        named = [s for s in processes.values() if name in {s.name, s.script}]
        if not named:
            known = ((state.id, state.name) for state in processes.values())
            raise BrummerError(no_process(name, known))
        return ([state for state in named if not state.is_finished] or named)[-1]

    def errors(self) -> list[Finding]:
        """Return the errors and warnings, the newest first."""
        return [f for f in reversed(self.instance.findings()) if f.kind in ERRORS]

    def error(self, name: str) -> Finding:
        """Return the error of that id.

        :raises BrummerError: if there is none.
        """
        found = self._now().errors.get(name)
        if found is None:
            text = f"no error {name[:40]!r}; errors_list has those that there are"
            raise BrummerError(text)
        return found

    def about(self, process: ProcessId) -> Sequence[Finding]:
        """Return what is known of *process*: errors and addresses, oldest first."""
        return self._now().of.get(process, ())

    def _now(self) -> _Sorted:
        """Return the findings that there are now, sorted once for each version."""
        # The number first: what changes meanwhile is sorted again.
        version = self.instance.versions().findings
        found = self._sorted
        if found.version != version:
            found = self._sorted = _sorted(version, self.instance.findings())
        return found

    # What may be typed.

    def process_ids(self, begun: str, _: Chosen) -> Sequence[str]:
        """Return ids of processes, those that live and the newest first."""
        found = (Candidate(state.id, state.command) for state in self.states())
        return matching(begun, found)

    def error_ids(self, begun: str, _: Chosen) -> Sequence[str]:
        """Return ids of errors, the newest first; one may also type the message."""
        found = (Candidate(row_id(f), f.title) for f in self.errors())
        return matching(begun, found)

    def error_texts(self, begun: str, _: Chosen) -> Sequence[str]:
        """Return what errors say, the newest first."""
        found = (Candidate(f.title[:_OFFERED], f.process) for f in self.errors())
        return matching(begun, found)

    def script_names(self) -> Sequence[str]:
        """Return names of scripts, in the order to show them."""
        return [name for script in self.instance.scripts() for name in script.names]

    def lines(self, begun: str, chosen: Chosen) -> Sequence[str]:
        """Return the numbers of lines where errors begin, the newest first."""
        found = (Candidate(str(f.line), f.title) for f in self._errors_in(chosen))
        return matching(begun, found)

    def ends(self, begun: str, chosen: Chosen) -> Sequence[str]:
        """Return the numbers of the lines after errors, the newest first."""
        found = (Candidate(str(f.end), f.title) for f in self._errors_in(chosen))
        return matching(begun, found)

    def _errors_in(self, chosen: Chosen) -> list[Finding]:
        """Return the errors whose lines have numbers of the log that is chosen.

        Each process has its own, and the log of all has others.
        """
        name = chosen.get("process")
        if not name:
            return self.errors()
        try:
            process = self.process(name).id
        except BrummerError:
            # It may be forgotten, and its errors are not yet.
            process = ProcessId(name)
        return [error for error in self.errors() if error.process == process]


def _sorted(version: int, findings: Iterable[Finding]) -> _Sorted:
    of: dict[ProcessId, list[Finding]] = {}
    errors: dict[str, Finding] = {}
    for finding in findings:
        if finding.kind in ERRORS or finding.kind is FindingKind.URL:
            of.setdefault(finding.process, []).append(finding)
        if finding.kind in ERRORS:
            errors[row_id(finding)] = finding
    return _Sorted(version, of, errors)
