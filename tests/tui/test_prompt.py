"""The line in the last row."""

from brummer.tui.desk import Question, Secrecy
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


class Guarded:
    """A prompt of a process that may ask for a password."""

    def __init__(self) -> None:
        self.wanted = False
        self.events: list[str] = []
        self.prompt = Prompt(
            Question(
                "to web> ",
                lambda line: self.events.append(f"open {line}"),
                repeated=True,
                secrecy=Secrecy(
                    "to web (hidden)> ",
                    lambda: self.wanted,
                    lambda line: self.events.append(f"hidden {line}"),
                ),
            ),
            lambda: self.events.append("closed"),
        )

    def type(self, text: str) -> None:
        for key in text:
            self.prompt.type(key)


def test_an_answer_to_a_question_for_a_password_is_hidden() -> None:
    guarded = Guarded()
    guarded.wanted = True
    guarded.prompt.look()
    guarded.type("horse")

    assert guarded.prompt.shown(20) == ("*****", 5)
    assert guarded.prompt.caption == "to web (hidden)> "

    guarded.prompt.take()

    assert guarded.events == ["hidden horse"]


def test_a_question_that_came_in_the_last_moment_counts() -> None:
    guarded = Guarded()
    guarded.type("horse")
    guarded.wanted = True

    guarded.prompt.take()

    assert guarded.events == ["hidden horse"]


def test_a_question_that_goes_away_brings_no_half_password_to_light() -> None:
    guarded = Guarded()
    guarded.wanted = True
    guarded.prompt.look()
    guarded.type("hor")

    guarded.wanted = False
    guarded.prompt.look()

    assert guarded.prompt.shown(20) == ("***", 3)


def test_the_next_line_is_open_again() -> None:
    guarded = Guarded()
    guarded.prompt.toggle_hidden()
    guarded.type("horse")
    guarded.prompt.take()
    guarded.type("ls")
    guarded.prompt.look()

    assert guarded.prompt.shown(20) == ("ls", 2)

    guarded.prompt.take()

    assert guarded.events == ["hidden horse", "open ls"]


def test_whoever_wants_to_see_what_is_typed_does() -> None:
    guarded = Guarded()
    guarded.wanted = True
    guarded.prompt.look()
    guarded.type("horse")

    guarded.prompt.toggle_hidden()
    guarded.prompt.look()

    assert guarded.prompt.shown(20) == ("horse", 5)


def test_only_a_line_with_secrets_can_be_hidden() -> None:
    asked = Asked()

    assert "input.hide" not in asked.prompt.commands()
    assert "input.hide" in Guarded().prompt.commands()
