import pytest

import brummer
from brummer_builds.build import Build
from tests.plugins.reading import entry


@pytest.mark.parametrize(("well", "state"), [(True, "ok"), (False, "failed")])
def test_a_build_that_does_not_say_how_it_ended_ends_as_its_process(
    *, well: bool, state: str
) -> None:
    build = Build("tsc", entry("Starting compilation"), 0)
    before = build.finding()

    finding = build.ended(well=well)

    assert before.title == "tsc: building"
    assert finding.title == f"tsc: {state}"
    assert finding.kind is brummer.FindingKind.BUILD
    assert build.is_over
