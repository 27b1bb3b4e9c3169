"""What plugins remember of findings."""

from dataclasses import replace

from brummer.core.known import KnownFindings
from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessId

WEB, API = ProcessId("web-1"), ProcessId("api-1")


def build(
    title: str, process: ProcessId = WEB, fingerprint: str = "build:tsc"
) -> Finding:
    return Finding(
        kind=FindingKind.BUILD,
        title=title,
        process=process,
        time=1.0,
        fingerprint=fingerprint,
    )


def titles(known: KnownFindings) -> list[str]:
    return [finding.title for finding in known.findings()]


def test_the_latest_of_a_process_is_known() -> None:
    known = KnownFindings(FindingKind.BUILD)

    known.add(build("building"))
    known.add(build("built"))
    known.add(build("building", API))

    assert titles(known) == ["built", "building"]


def test_other_kinds_are_nobodys_business() -> None:
    known = KnownFindings(FindingKind.TEST)

    known.add(build("built"))

    assert titles(known) == []


def test_what_is_resolved_is_forgotten() -> None:
    known = KnownFindings(FindingKind.BUILD)
    known.add(build("built"))

    known.add(replace(build("built"), resolved=2.0))

    assert titles(known) == []


def test_not_everything_is_remembered_for_ever() -> None:
    known = KnownFindings(FindingKind.BUILD)

    for number in range(1_200):
        known.add(build(f"{number}", fingerprint=f"{number}"))

    assert titles(known)[0] == "700"
