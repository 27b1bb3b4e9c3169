"""Whether what a project's processes build works, from what build tools print."""

from collections.abc import Callable

import brummer
from brummer_builds.detector import BuildDetector


def _known() -> brummer.KnownFindings:
    return brummer.KnownFindings(brummer.FindingKind.BUILD)


def _nobody(_: brummer.Finding) -> None:
    """Hear nothing."""


class _Configured:
    """Written in ``brummer_configure``, before any other hook; then only read."""

    detector = BuildDetector()
    known = _known()
    report: Callable[[brummer.Finding], object] = _nobody


@brummer.hookimpl
def brummer_configure(app: brummer.App) -> None:
    """Begin with an empty table."""
    _Configured.detector = BuildDetector()
    _Configured.known = _known()
    _Configured.report = app.report


@brummer.hookimpl
def brummer_detectors() -> list[brummer.Detector]:
    """Return the detector of builds."""
    return [_Configured.detector]


@brummer.hookimpl
def brummer_commands() -> list[brummer.Command]:
    """Return ``builds.list``."""
    return [
        brummer.Command(
            name="builds.list",
            title="List the last builds and whether they worked",
            run=_listing,
        )
    ]


def _listing() -> list[dict[str, object]]:
    """Return how the last build of each tool went, oldest first."""
    return [_row(finding) for finding in _Configured.known.findings()]


def _row(finding: brummer.Finding) -> dict[str, object]:
    details = finding.details
    return {
        "process": finding.process,
        "tool": details.get("tool", finding.type),
        "state": details.get("state", ""),
        "errors": brummer.count_in(details.get("errors", "")),
        "warnings": brummer.count_in(details.get("warnings", "")),
        "seconds": brummer.seconds_in(f"{details.get('seconds', '')} s"),
        "line": finding.line,
        "time": finding.time,
    }


@brummer.hookimpl
def brummer_finding(finding: brummer.Finding) -> None:
    """Remember a build, whichever plugin found it."""
    _Configured.known.add(finding)


@brummer.hookimpl
def brummer_process_changed(after: brummer.ProcessState) -> None:
    """End the builds of a process that has ended, by how that ended."""
    if after.is_finished:
        well = after.status is brummer.ProcessStatus.SUCCESS
        for finding in _Configured.detector.end(after.id, well=well):
            _Configured.report(finding)
