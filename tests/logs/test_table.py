"""The findings that are kept."""

from dataclasses import replace

from brummer.logs.table import FindingTable
from brummer.model.finding import Clearance, Finding, FindingKind
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


def test_repeats_in_a_row_are_kept_as_if_each_had_come_alone() -> None:
    said = [
        finding("a", "x", time=1.0),
        finding("b", "y", time=2.0),
        finding("b", "y", time=3.0),
        replace(finding("b", "y", time=4.0), resolved=4.5),
        finding("b", "y", time=5.0),
        finding("a", "x", time=2.5),
        finding("a", "x", time=2.2),
    ]
    at_once, one_by_one = FindingTable(10), FindingTable(10)

    at_once.keep(said)
    for each in said:
        one_by_one.keep([each])

    assert at_once.findings() == one_by_one.findings()
    assert [f.count for f in at_once.findings()] == [2, 3]


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


def test_numbers_grow_with_what_is_found_and_not_with_what_is_over() -> None:
    table = FindingTable(10)
    table.keep([finding("a", "x"), finding("b", "y")])
    before = [(f.title, f.number) for f in table.findings()]

    table.keep([replace(finding("b", "y"), resolved=2.0)])
    over = [(f.title, f.number) for f in table.findings()]
    table.keep([finding("a", "x")])

    assert before == over == [("a", 1), ("b", 2)]
    assert [(f.title, f.number) for f in table.findings()] == [("b", 2), ("a", 3)]


def test_the_version_changes_with_the_findings_alone() -> None:
    table = FindingTable(2)

    versions = [table.version]
    table.keep([])
    versions.append(table.version)
    table.keep([finding("a")])
    versions.append(table.version)

    assert versions == [0, 0, 1]


def build(title: str, *, before: int = 0, process: ProcessId = WEB) -> Finding:
    return Finding(
        kind=FindingKind.BUILD,
        title=title,
        process=process,
        time=9.0,
        fingerprint="build",
        clears=Clearance(before=before, patterns=("tsc.",)),
    )


def error(line: int, pattern: str = "tsc.error", process: ProcessId = WEB) -> Finding:
    return Finding(
        kind=FindingKind.ERROR,
        title=f"{pattern} {line}",
        process=process,
        time=1.0,
        line=line,
        fingerprint=f"{pattern} {line}",
        details={"pattern": pattern},
    )


def resolved(table: FindingTable) -> list[str]:
    return [finding.title for finding in table.findings() if finding.resolved]


def test_the_next_state_takes_the_place_of_the_one_before() -> None:
    table = FindingTable(10)
    table.keep([build("building")])

    table.keep([build("built")])

    assert [(f.title, f.count) for f in table.findings()] == [("built", 1)]


def test_a_build_resolves_the_errors_that_it_did_not_repeat() -> None:
    table = FindingTable(10)
    table.keep([error(1), error(2), error(8)])

    kept = table.keep([build("1 error", before=5)])

    assert resolved(table) == ["tsc.error 1", "tsc.error 2"]
    assert [f.title for f in kept] == ["tsc.error 1", "tsc.error 2", "1 error"]


def test_a_build_resolves_nothing_of_others() -> None:
    table = FindingTable(10)
    table.keep([error(1, "node.uncaught"), error(1, process=ProcessId("db-1"))])

    table.keep([build("built", before=5)])

    assert resolved(table) == []


def test_an_error_that_comes_again_is_open_again() -> None:
    table = FindingTable(10)
    table.keep([error(1)])
    table.keep([build("built", before=5)])

    table.keep([error(1)])

    assert resolved(table) == []
    assert [f.count for f in table.findings() if f.title == "tsc.error 1"] == [2]


def test_what_is_resolved_keeps_its_place_and_its_count() -> None:
    table = FindingTable(10)
    table.keep([error(1), error(8)])

    table.keep([build("built", before=5)])

    assert [(f.title, f.count) for f in table.findings()] == [
        ("tsc.error 1", 1),
        ("tsc.error 8", 1),
        ("built", 1),
    ]


def test_the_server_of_a_process_ends_with_it() -> None:
    table = FindingTable(10)
    url = Finding(
        kind=FindingKind.URL, title="web", process=WEB, time=1.0, fingerprint="url"
    )
    table.keep([url, replace(url, process=ProcessId("db-1"))])

    table.keep(table.ended(WEB, 7.0))

    assert [(f.process, f.resolved, f.count) for f in table.findings()] == [
        (WEB, 7.0, 1),
        ("db-1", 0.0, 1),
    ]
