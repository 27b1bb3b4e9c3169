import brummer
from brummer_tests.run import Run
from tests.plugins.reading import entry


def test_a_run_of_which_no_more_is_known_goes_on() -> None:
    run = Run("jest", entry("PASS  ./cart.test.js"), 0)

    finding = run.finding()

    assert finding.kind is brummer.FindingKind.TEST
    assert finding.title == "jest: running"
    assert finding.details["failed"] == "0"
    assert not run.is_over


def test_what_comes_after_the_last_part_belongs_to_another_run() -> None:
    run = Run("jest", entry("PASS  ./cart.test.js"), 0)

    later = run.next(entry("PASS  ./user.test.js"))

    assert later is not run
    assert not run.has("web")
    assert later.finding().title == "jest: running"
