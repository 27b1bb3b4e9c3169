"""Test runs as ``tests.list`` tells of them."""

import brummer


def row(finding: brummer.Finding) -> dict[str, object]:
    """Return what one needs of a run."""
    details = finding.details
    return {
        "process": finding.process,
        "tool": details.get("tool", finding.type),
        "state": details.get("state", ""),
        "passed": _count(details.get("passed", "")),
        "failed": _count(details.get("failed", "")),
        "skipped": _count(details.get("skipped", "")),
        "seconds": brummer.seconds_in(f"{details.get('seconds', '')} s"),
        "tests": details["tests"].split("\n") if "tests" in details else [],
        "more": _count(details.get("more", "")),
        "line": finding.line,
        "time": finding.time,
    }


def _count(text: str) -> int:
    """Return the number *text*; other plugins may say something else there."""
    return int(text) if text.isascii() and text.isdecimal() else 0
