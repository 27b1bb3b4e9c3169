import pytest

from brummer_tests.tally import Tally, tally


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("2 failed, 1 passed, 3 errors", Tally(passed=1, failed=2, broken=3)),
        ("failures=1, errors=2, skipped=3", Tally(failed=1, broken=2, skipped=3)),
        (
            "Tests: 4, Assertions: 3, Errors: 1, Failures: 2",
            Tally(total=4, broken=1, failed=2),
        ),
        (
            "Tests run: 5, Failures: 2, Errors: 1, Skipped: 0",
            Tally(total=5, failed=2, broken=1),
        ),
        ("1 failed, 2 passed, 3 total", Tally(failed=1, passed=2, total=3)),
        ("2 failed | 1 passed (3)", Tally(failed=2, passed=1)),
        ("pass 12", Tally(passed=12)),
        ("2 did not run", Tally(skipped=2)),
        ("3 warnings", Tally()),
        ("", Tally()),
    ],
)
def test_counts_are_read_in_everybodys_words(text: str, counts: Tally) -> None:
    assert tally(text) == counts


def test_those_that_passed_are_what_is_left_if_nobody_says() -> None:
    assert Tally(total=5, failed=2, broken=1, skipped=1).good == 1
    assert Tally(total=1, failed=2).good == 0
    assert Tally(passed=3, total=9).good == 3


def test_parts_are_added() -> None:
    both = Tally(total=3, failed=1) + Tally(passed=4, skipped=2)

    assert (both.good, both.bad, both.skipped) == (6, 1, 2)


def test_what_is_said_later_counts() -> None:
    both = Tally(passed=1, failed=1).corrected(Tally(failed=3))

    assert (both.passed, both.failed) == (1, 3)
