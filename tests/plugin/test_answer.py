from pathlib import Path
from typing import Any

import pytest

from brummer.model.command import Command, Parameter
from brummer.model.script import Launch, Script
from brummer.plugin import answer
from brummer.plugin.failure import AnswerError

ROOT = Path("/project")


def script(**fields: Any) -> Script:
    return Script(**{"name": "dev", "command": "run", "folder": ROOT, **fields})


def launch(**fields: Any) -> Launch:
    return Launch(**{"argv": ("run",), "folder": ROOT, **fields})


def command(name: str = "lantern.light", *parameters: Parameter) -> Command:
    return Command(name=name, title="Light", run=print, parameters=parameters)


def parameter(**fields: Any) -> Parameter:
    return Parameter(**{"name": "colour", "description": "which", **fields})


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (script(name=""), "name is ''"),
        (script(name="  "), "name is '  '"),
        (script(name="a\x1b[2Jb"), "name is"),
        (script(name=5), "name is 5 .int., not text"),
        (script(folder="/project"), "not Path"),
        (script(arguments=["a"]), "not a list of text"),
        (script(command="a\0b"), "NUL"),
        (script(environment={"A": 1}), "environment is"),
        (script(environment={"A=B": "1"}), "a variable named 'A=B'"),
    ],
)
def test_a_wrong_script_is_refused(wrong: Script, problem: str) -> None:
    with pytest.raises(AnswerError, match=problem):
        answer.scripts([wrong])


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (launch(argv=()), "argv is empty"),
        (launch(argv=("",)), "argv is empty"),
        (launch(argv="run"), "argv is 'run' .str., not a list of text"),
        (launch(argv=("a\0b",)), "NUL"),
        (launch(stop_signal="SIGNONE"), "stop_signal is 'SIGNONE'"),
        (launch(grace=-1.0), "grace is -1.0"),
        (launch(grace=float("nan")), "grace is nan"),
        (launch(restart="always"), "'never' or 'on-failure' or 'always'"),
        ("run", "not a Launch"),
    ],
)
def test_a_wrong_launch_is_refused(wrong: object, problem: str) -> None:
    with pytest.raises(AnswerError, match=problem):
        answer.launch(wrong)


def test_a_right_launch_comes_back_as_it_was() -> None:
    right = launch(environment={"A": "1"}, grace=0.5)

    assert answer.launch(right) == right


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (command("light"), "a name like 'lantern.light'"),
        (command("Lantern.light"), "a name like"),
        (command("lantern.light", parameter(), parameter()), "with parameters"),
        (command("lantern.light", parameter(name="a b")), "with parameters"),
        (command("lantern.light", parameter(kind=dict)), "kind is dict"),
        (command("lantern.light", parameter(kind="str")), "kind is"),
        (command("lantern.light", parameter(required="yes")), "required is 'yes'"),
    ],
)
def test_a_wrong_command_is_refused(wrong: Command, problem: str) -> None:
    with pytest.raises(AnswerError, match=problem):
        answer.commands([wrong])


@pytest.mark.parametrize("wrong", [None, 5, "text", b"bytes", {"a": 1}, script()])
def test_what_is_no_list_is_refused(wrong: object) -> None:
    with pytest.raises(AnswerError, match="not a list of Scripts"):
        answer.scripts(wrong)


@pytest.mark.parametrize(
    "wrong", [[("A", "1")], {"A": 1}, {1: "a"}, {"": "1"}, {"A": "a\0"}]
)
def test_wrong_variables_are_refused(wrong: object) -> None:
    with pytest.raises(AnswerError):
        answer.variables(wrong)


def test_a_header_is_one_short_printable_line() -> None:
    assert answer.header(" just\t1.36\x1b[0m\n") == "just 1.36 [0m"


def test_a_header_that_is_no_text_is_refused() -> None:
    with pytest.raises(AnswerError, match="not text"):
        answer.header(136)
