"""Commands about errors: the source around one, and a report of one."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from brummer.core.excerpt import Excerpt, excerpt, locate
from brummer.errors import BrummerError
from brummer.model.command import Command, CommandThread, Parameter
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import LogWindow
from brummer.model.process import ProcessId, ProcessState

#: Lines of source on either side, as a rule and at most.
_AROUND: Final = 6
_MOST_AROUND: Final = 200

#: What is reported as an error.
_KINDS: Final = (FindingKind.ERROR, FindingKind.WARNING)


@dataclass(frozen=True, slots=True)
class SourceCommands:
    """``source.read`` and ``error.report``.

    Threads: any; the commands run on a bus worker, as they read files.
    """

    folder: Path
    processes: Callable[[], Mapping[ProcessId, ProcessState]]
    findings: Callable[[], Iterable[Finding]]
    window: Callable[[int, int, ProcessId], LogWindow]

    def table(self) -> Iterator[Command]:
        """Yield the commands."""
        yield Command(
            name="source.read",
            title="read the lines of a file around one of them",
            run=self._read,
            parameters=(
                Parameter(name="file", description="its path, as a process names it"),
                Parameter(name="line", description="the line, from 1", kind=int),
                _option("process", "the process that names it", ""),
                _option("around", "lines on either side", _AROUND),
            ),
            thread=CommandThread.BUS,
        )
        yield Command(
            name="error.report",
            title="tell all about an error",
            run=self._report,
            parameters=(
                _option("process", "its process; any if empty", ""),
                _option("fingerprint", "which of the errors; the last if empty", ""),
                _option("line", "or where in the log it begins; -1 for any", -1),
            ),
            thread=CommandThread.BUS,
        )

    def _read(
        self, file: str, line: int, process: str = "", around: int = _AROUND
    ) -> object:
        """Return path, number of the first line, lines, and what is wrong."""
        return asdict(self._excerpt(ProcessId(process), file, line, around))

    def _excerpt(
        self, process: ProcessId, file: str, line: int, around: int
    ) -> Excerpt:
        state = self.processes().get(process)
        roots = [self.folder, *([state.folder] if state else [])]
        found = locate(file, reversed(roots))
        if isinstance(found, str):
            return Excerpt(path=file, problem=found)
        return excerpt(found, line, max(0, min(around, _MOST_AROUND)))

    def _report(
        self, process: str = "", fingerprint: str = "", line: int = -1
    ) -> object:
        """Return the error as ``text`` for people, and its ``title``.

        :raises BrummerError: if there is none.
        """
        # Imported when somebody asks: each start would pay for it.
        from brummer.app.report import Around, report

        finding = find_error(self.findings(), process, fingerprint, line)
        source = Excerpt(path=finding.file, problem="no file is known")
        if finding.file:
            place = (finding.file, finding.line_in_file)
            source = self._excerpt(finding.process, *place, _AROUND)
        state = self.processes().get(finding.process)
        return {
            "title": finding.title,
            "text": report(finding, Around(state, source, self.window)),
        }


def find_error(
    findings: Iterable[Finding], process: str, fingerprint: str, line: int
) -> Finding:
    """Return the error that is meant, the last one if several are.

    An empty *process* or *fingerprint* is any, and so is the *line* -1.

    :raises BrummerError: if there is none.
    """
    found = [
        finding
        for finding in findings
        if finding.kind in _KINDS
        and process in {"", finding.process}
        and fingerprint in {"", finding.fingerprint}
        and line in {-1, finding.line}
    ]
    if not found:
        raise BrummerError("no such error is known" if process else "no errors")
    # An error rather than a warning, and the last one.
    return max(found, key=lambda f: (f.kind is FindingKind.ERROR, f.last_seen))


def _option(name: str, about: str, default: object) -> Parameter:
    return Parameter(
        name=name,
        description=about,
        kind=type(default),
        required=False,
        default=default,
    )
