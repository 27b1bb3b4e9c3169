"""The findings that are kept."""

from brummer.logs.table import FindingTable
from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessId

WEB = ProcessId("web-1")


def finding(
    title: str, fingerprint: str = "", *, time: float = 1.0, process: ProcessId = WEB
) -> Finding:
    return Finding(
        kind=FindingKind.ERROR,
        title=title,
        process=process,
        time=time,
        fingerprint=fingerprint,
    )


def test_repeats_are_one_with_a_count_and_two_times() -> None:
    table = FindingTable(10)
    table.keep([finding("a", "x", time=1.0), finding("b", "y", time=2.0)])

    kept = table.keep([finding("a", "x", time=3.0)])

    assert [(f.title, f.count, f.first_seen, f.last_seen) for f in kept] == [
        ("a", 2, 1.0, 3.0)
    ]
    assert [f.title for f in table.findings()] == ["b", "a"]


def test_a_repeat_in_one_go_is_returned_once() -> None:
    kept = FindingTable(10).keep([finding("a", "x")] * 1000)

    assert [f.count for f in kept] == [1000]


def test_without_a_fingerprint_nothing_is_a_repeat() -> None:
    table = FindingTable(10)
    table.keep([finding("a"), finding("a")])

    assert [f.count for f in table.findings()] == [1, 1]


def test_processes_have_findings_of_their_own() -> None:
    table = FindingTable(10)
    table.keep([finding("a", "x"), finding("a", "x", process=ProcessId("db-1"))])

    assert [f.count for f in table.findings()] == [1, 1]


def test_the_oldest_make_room_and_are_counted() -> None:
    table = FindingTable(2)
    table.keep([finding("a", "x"), finding("b", "y")])
    table.keep([finding("a", "x"), finding("c", "z")])

    assert [f.title for f in table.findings()] == ["a", "c"]
    assert table.dropped == 1


def test_the_version_changes_with_the_findings_alone() -> None:
    table = FindingTable(2)

    versions = [table.version]
    table.keep([])
    versions.append(table.version)
    table.keep([finding("a")])
    versions.append(table.version)

    assert versions == [0, 0, 1]
