"""Questions at which processes wait: of debuggers, installers and login prompts."""

import brummer
from brummer_prompts.detector import PromptDetector


def _known() -> brummer.KnownFindings:
    return brummer.KnownFindings(brummer.FindingKind.PROMPT)


class _Configured:
    """Written in ``brummer_configure``, before any other hook; then only read."""

    known = _known()


@brummer.hookimpl
def brummer_configure() -> None:
    """Begin with an empty table."""
    _Configured.known = _known()


@brummer.hookimpl
def brummer_detectors() -> list[brummer.Lookout]:
    """Return what looks out for questions."""
    return [PromptDetector()]


@brummer.hookimpl
def brummer_commands() -> list[brummer.Command]:
    """Return ``prompts.list``."""
    return [
        brummer.Command(
            name="prompts.list",
            title="List what processes ask and wait for",
            run=_listing,
        )
    ]


def _listing() -> list[dict[str, object]]:
    """Return what each process asks that asks something."""
    return [
        {
            "process": finding.process,
            "question": finding.message,
            "want": finding.type,
            "line": finding.line,
            "time": finding.time,
        }
        for finding in _Configured.known.findings()
    ]


@brummer.hookimpl
def brummer_finding(finding: brummer.Finding) -> None:
    """Remember a question until it is answered, whichever plugin found it."""
    _Configured.known.add(finding)
