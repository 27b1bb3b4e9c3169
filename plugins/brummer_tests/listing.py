"""Test runs as ``tests.list`` tells of them."""

import brummer


def row(finding: brummer.Finding) -> dict[str, object]:
    """Return what one needs of a run."""
    details = finding.details
    return {
        "process": finding.process,
        "tool": details.get("tool", finding.type),
        "state": details.get("state", ""),
        "passed": brummer.count_in(details.get("passed", "")),
        "failed": brummer.count_in(details.get("failed", "")),
        "skipped": brummer.count_in(details.get("skipped", "")),
        "seconds": brummer.seconds_in(f"{details.get('seconds', '')} s"),
        "tests": details["tests"].split("\n") if "tests" in details else [],
        "more": brummer.count_in(details.get("more", "")),
        "line": finding.line,
        "time": finding.time,
    }
