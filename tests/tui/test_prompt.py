"""The line in the last row."""

from brummer.tui.desk import Question
from brummer.tui.prompt import Prompt


class Asked:
    """A prompt that notes what becomes of it."""

    def __init__(self, *, repeated: bool = False, text: str = "") -> None:
        self.events: list[str] = []
        self.prompt = Prompt(
            Question(
                "name: ",
                lambda line: self.events.append(f"answer {line}"),
                text=text,
                repeated=repeated,
                typed=lambda line: self.events.append(f"typed {line}"),
                left=lambda: self.events.append("left"),
            ),
            lambda: self.events.append("closed"),
        )


def test_an_answer_closes_the_line_first() -> None:
    asked = Asked(text="web")

    asked.prompt.take()

    assert asked.events == ["closed", "answer web"]


def test_a_repeated_question_stays_with_an_empty_line() -> None:
    asked = Asked(repeated=True, text="yes")

    asked.prompt.take()

    assert asked.events == ["answer yes"]
    assert asked.prompt.shown(20) == ("", 0)


def test_each_key_is_told() -> None:
    asked = Asked()

    asked.prompt.type("a")
    asked.prompt.type("b")

    assert asked.events == ["typed a", "typed ab"]
    assert asked.prompt.shown(20) == ("ab", 2)


def test_leaving_gives_no_answer() -> None:
    asked = Asked(text="x")

    asked.prompt.leave()

    assert asked.events == ["closed", "left"]


def test_backspace_in_an_empty_line_leaves() -> None:
    asked = Asked()

    asked.prompt.type("backspace")

    assert asked.events == ["closed", "left"]
