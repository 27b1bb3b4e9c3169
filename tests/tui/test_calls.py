"""Calls of agents in words."""

from collections.abc import Sequence

from brummer.model.agent import Outcome
from brummer.tui.calls import (
    attribute_of,
    cells_of,
    details,
    glyph_of,
    handed_row,
    outcome_of,
)
from brummer.tui.row import Span
from brummer.tui.theme import ASCII
from tests.support.callers import CALLS, REFUSAL, WAITING, call, handed
from tests.support.instance import EPOCH


def text(rows: Sequence[Sequence[Span]]) -> str:
    return "\n".join("".join(part for _, part in row) for row in rows)


def test_a_call_in_a_line_says_what_it_was_for() -> None:
    asked = call(1, "scripts_run", arguments='{"name": "web"}')

    assert cells_of(asked, EPOCH)[1:] == (
        "codex",
        "scripts_run",
        "12",
        "154",
        "ok",
        '{"name": "web"}',
    )


def test_of_one_that_failed_it_says_why() -> None:
    assert cells_of(CALLS[1], EPOCH)[-1].startswith("no script named")


def test_one_that_goes_on_says_for_how_long() -> None:
    assert cells_of(WAITING, WAITING.time + 90)[3:6] == ("1m30", "", "running")


def test_a_clock_that_was_set_back_makes_nothing_negative() -> None:
    assert cells_of(WAITING, WAITING.time - 90)[3] == "0s"


def test_a_refusal_says_with_which_status() -> None:
    assert cells_of(REFUSAL, EPOCH)[5] == "refused 401"
    assert outcome_of(REFUSAL) is Outcome.REFUSED


def test_every_outcome_has_a_look_and_a_sign() -> None:
    for outcome in Outcome:
        one = call(1, "x", outcome=outcome)

        assert attribute_of(one) in {"good", "bad", "note", "dim"}
        assert len(glyph_of(one, ASCII)) == 1


def test_what_went_wrong_does_not_look_well() -> None:
    looks = {o: attribute_of(call(1, "x", outcome=o)) for o in Outcome}

    assert {o for o, look in looks.items() if look == "bad"} == {
        Outcome.FAILED,
        Outcome.REFUSED,
    }


def test_arguments_stand_in_lines_of_their_own() -> None:
    asked = call(1, "x", arguments='{"name": "web", "wait_s": 5}')

    assert '  name: "web"\n  wait_s: 5' in text(details(asked, 60))


def test_arguments_that_were_cut_are_shown_as_they_are() -> None:
    asked = call(1, "x", arguments='{"name": "we...')

    assert '{"name": "we...' in text(details(asked, 60))


def test_what_is_long_is_folded() -> None:
    failed = call(1, "x", outcome=Outcome.FAILED, reason="word " * 40)

    assert max(map(len, text(details(failed, 40)).splitlines())) <= 40


def test_one_that_goes_on_has_no_costs_yet() -> None:
    told = text(details(WAITING, 60))

    assert "took" not in told
    assert "tokens out" not in told


def test_what_was_handed_over_says_what_became_of_it() -> None:
    kept = text([handed_row(handed(), EPOCH + 60)])
    taken = text([handed_row(handed(taken_by=("codex", "cursor")), EPOCH)])

    assert kept.endswith("no agent took it yet, kept for 59m00: TypeError: no id")
    assert taken.endswith("taken by codex, cursor: TypeError: no id")
