"""Tests of who says what a person is asked or told."""

import pytest

from brummer.mcp.hub.signed import answer, message, question


def test_a_form_says_who_asks_and_stays_otherwise_as_it_was() -> None:
    asked = {"mode": "form", "message": "Which?", "requestedSchema": {"a": 1}}

    assert question(asked, "shop") == {**asked, "message": "shop: Which?"}
    assert asked["message"] == "Which?"


def test_a_form_without_a_message_stays() -> None:
    assert question({"message": 3}, "shop") == {"message": 3}
    assert question({}, "shop") == {}


def test_a_message_says_who_logs_it() -> None:
    assert message({"level": "info", "data": 1}, "shop") == {
        "level": "info",
        "data": 1,
        "logger": "shop",
    }
    assert message({"logger": "web"}, "shop") == {"logger": "shop/web"}


def test_so_do_the_forms_in_an_answer_and_no_other_questions() -> None:
    model = {"method": "sampling/createMessage", "params": {"message": "x"}}
    result = {
        "resultType": "input_required",
        "requestState": "sealed",
        "inputRequests": {
            "who": {"method": "elicitation/create", "params": {"message": "Who?"}},
            "what": model,
        },
    }

    assert answer(result, "shop") == {
        **result,
        "inputRequests": {
            "who": {
                "method": "elicitation/create",
                "params": {"message": "shop: Who?"},
            },
            "what": model,
        },
    }


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"inputRequests": []},
        {"inputRequests": {"a": 1}},
        {"inputRequests": {"a": {"method": "elicitation/create"}}},
    ],
)
def test_what_is_of_another_form_stays(odd: dict[str, object]) -> None:
    assert answer(odd, "shop") == odd
