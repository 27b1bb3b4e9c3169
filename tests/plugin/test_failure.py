import json
from types import ModuleType

import pytest

from brummer.errors import BrummerError, PluginError
from brummer.plugin.failure import (
    ERROR_LIMIT,
    TRACEBACK_LIMIT,
    AnswerError,
    is_complaint,
    one_line,
    own_traceback,
    phrase,
)
from tests.support.plugin import host_of

SOURCE = """
import json, brummer

@brummer.hookimpl
def brummer_report_header():
    return light()

def light():
    return json.loads("{")
"""


def module() -> ModuleType:
    made = ModuleType("brummer_lantern")
    exec(compile(SOURCE, "/plugins/brummer_lantern.py", "exec"), made.__dict__)
    return made


def test_a_traceback_begins_in_the_plugin_and_goes_on_to_where_it_ended() -> None:
    host = host_of({"lantern": module()})

    host.report_headers()

    trace = host.report()[0].traceback
    assert 'File "/plugins/brummer_lantern.py", line 6, in brummer_report' in trace
    assert 'File "/plugins/brummer_lantern.py", line 9, in light' in trace
    assert json.decoder.__file__ in trace
    assert "brummer/plugin" not in trace
    assert "pluggy" not in trace


def test_the_cause_of_an_exception_is_cut_as_well() -> None:
    error = AnswerError("outer")
    error.__cause__ = ValueError("inner")

    trace = own_traceback(error)

    assert "inner" in trace
    assert "outer" in trace


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("a\nb"), "ValueError: a b"),
        (ValueError(), "ValueError"),
        (SystemExit(3), "SystemExit: 3"),
        (BrummerError("a.json:3: no comma"), "a.json:3: no comma"),
        (AnswerError("answered 5"), "answered 5"),
        (BrummerError("a.json: scripts.\033[31mred"), "a.json: scripts.\ufffd[31mred"),
        (ValueError("\x1b]0;title\x07"), "ValueError: \ufffd]0;title\ufffd"),
    ],
)
def test_an_error_is_told_in_one_line(error: BaseException, line: str) -> None:
    assert one_line(error) == line


def raised(error: BaseException) -> BaseException:
    """Return what the made-up plugin raises, as it comes out of it."""
    try:
        module().light()
    except json.JSONDecodeError as caught:
        return caught
    raise error


def test_the_place_of_an_error_is_the_plugins_and_not_the_librarys() -> None:
    error = raised(AssertionError("it raises"))

    assert phrase(error).endswith("column 2 (char 1) (brummer_lantern.py:9)")
    assert phrase(error).startswith("raised json.decoder.JSONDecodeError: Expecting")


def test_a_wrong_answer_is_no_exception() -> None:
    assert phrase(AnswerError("answered 5 (int)")) == "answered 5 (int)"


def test_texts_of_any_length_are_cut() -> None:
    error = ValueError("x" * 1_000_000)

    assert len(one_line(error)) <= ERROR_LIMIT
    assert len(own_traceback(error)) <= TRACEBACK_LIMIT


def test_only_a_sentence_for_the_user_is_a_complaint() -> None:
    assert is_complaint(BrummerError("mend it"))
    assert not is_complaint(PluginError("lantern", "broke its contract"))
    assert not is_complaint(ValueError("mend it"))
