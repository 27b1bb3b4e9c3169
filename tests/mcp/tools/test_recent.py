"""Tests of answers that are given again as long as they are true."""

from itertools import count

from brummer.mcp.tools.recent import Recent
from brummer.model.tool import Answer, answer


def test_an_answer_stays_as_long_as_nothing_has_changed() -> None:
    recent, numbers = Recent(), count()

    def make() -> Answer:
        return answer(str(next(numbers)))

    first, again = (recent.of("question", 1, make) for _ in range(2))
    other = recent.of("another", 1, make)
    later = recent.of("question", 2, make)

    assert first is again
    assert first.shared
    assert [one.content[0] for one in (first, other, later)] == [
        answer(text).content[0] for text in "012"
    ]
