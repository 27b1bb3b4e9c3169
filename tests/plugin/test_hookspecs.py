import inspect
import re
from types import FunctionType

import pytest

import brummer
from brummer.plugin import hookspecs
from brummer.plugin.implementation import HOOKS

HISTORIC = {"brummer_configure"}
FIRST_RESULT = {"brummer_launch"}


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_a_hook_says_its_thread_and_shows_an_example(hook: FunctionType) -> None:
    text = inspect.getdoc(hook) or ""

    assert re.search(r"^Thread: \S", text, re.MULTILINE)
    assert "Example::" in text


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_the_example_of_a_hook_is_python_that_implements_it(
    hook: FunctionType,
) -> None:
    text = inspect.getdoc(hook) or ""
    example = inspect.cleandoc(text.partition("Example::")[2])

    compile(example, hook.__name__, "exec")

    assert f"@brummer.hookimpl\ndef {hook.__name__}(" in example


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_a_hook_is_specified_as_it_says(hook: FunctionType) -> None:
    options = vars(hook)["brummer_spec"]

    assert options["historic"] is (hook.__name__ in HISTORIC)
    assert options["firstresult"] is (hook.__name__ in FIRST_RESULT)
    assert hook(**dict.fromkeys(inspect.signature(hook).parameters)) is None


def test_the_mark_is_part_of_the_public_face() -> None:
    assert brummer.hookimpl is hookspecs.hookimpl
