"""Test runs as ``tests.list`` tells of them."""

import brummer


def row(finding: brummer.Finding) -> dict[str, object]:
    """Return what one needs of a run."""
    details = finding.details
    seconds = details.get("seconds")
    return {
        "process": finding.process,
        "tool": details.get("tool", finding.type),
        "state": details.get("state", ""),
        "passed": int(details.get("passed", "0")),
        "failed": int(details.get("failed", "0")),
        "skipped": int(details.get("skipped", "0")),
        "seconds": None if seconds is None else float(seconds),
        "tests": details["tests"].split("\n") if "tests" in details else [],
        "more": int(details.get("more", "0")),
        "line": finding.line,
        "time": finding.time,
    }
