"""That tools stay within what they may take of an agent's context; run with -s."""

import pytest

from tests.bench import tokens
from tests.bench.tokens import ANSWER, LIST, LONG, TOOLS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.mark.parametrize("options", tokens.LISTS.values(), ids=tokens.LISTS)
def test_the_list_of_tools_is_short(options: list[str]) -> None:
    cost = tokens.listed(options)

    print(f"{cost.things} tools, {cost.tokens:,} tokens")
    assert 0 < cost.things <= TOOLS
    assert cost.tokens <= LIST


def test_typical_answers_are_short() -> None:
    found = tokens.answered()

    for call, count in found.items():
        print(f"{count:6,} {call}")
        assert count <= (LONG if "limit=" in call else ANSWER), call


def test_a_token_is_four_bytes_of_what_is_sent() -> None:
    assert tokens.tokens({"ä": 1}) == len('{"ä":1}'.encode()) / 4


def test_who_is_not_here_is_not_measured() -> None:
    assert tokens.listed_by(["no-such-server"]) is None
