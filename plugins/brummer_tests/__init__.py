"""Results of test runs, from what test runners print."""

from collections.abc import Callable

import brummer
from brummer_tests.detector import TestDetector
from brummer_tests.listing import row


def _known() -> brummer.KnownFindings:
    return brummer.KnownFindings(brummer.FindingKind.TEST)


def _nobody(_: brummer.Finding) -> None:
    """Hear nothing."""


class _Configured:
    """Written in ``brummer_configure``, before any other hook; then only read."""

    detector = TestDetector()
    known = _known()
    report: Callable[[brummer.Finding], object] = _nobody


@brummer.hookimpl
def brummer_configure(app: brummer.App) -> None:
    """Begin with an empty table."""
    _Configured.detector = TestDetector()
    _Configured.known = _known()
    _Configured.report = app.report


@brummer.hookimpl
def brummer_detectors() -> list[brummer.Gatherer]:
    """Return the detector of test results."""
    return [_Configured.detector]


@brummer.hookimpl
def brummer_commands() -> list[brummer.Command]:
    """Return ``tests.list``."""
    return [
        brummer.Command(
            name="tests.list",
            title="List the last test runs and what failed in them",
            run=_listing,
        )
    ]


def _listing() -> list[dict[str, object]]:
    """Return how the last run of each runner went, oldest first."""
    return [row(finding) for finding in _Configured.known.findings()]


@brummer.hookimpl
def brummer_finding(finding: brummer.Finding) -> None:
    """Remember a test run, whichever plugin found it."""
    _Configured.known.add(finding)


@brummer.hookimpl
def brummer_process_changed(after: brummer.ProcessState) -> None:
    """Stop the runs of a process that has ended."""
    if after.is_finished:
        for finding in _Configured.detector.end(after.id):
            _Configured.report(finding)
