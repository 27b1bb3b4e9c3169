"""What an instance asks or tells a person, with its label in front."""

from collections.abc import Mapping
from typing import Any, Final

from brummer.model.tool import Asking

#: What holds questions in an answer, to clients without sessions.
_QUESTIONS: Final = "inputRequests"


def question(params: Mapping[str, Any], label: str) -> dict[str, Any]:
    """Return the parameters of a form with *label* in front of its message."""
    message = params.get("message")
    if not isinstance(message, str):
        return dict(params)
    return {**params, "message": f"{label}: {message}"}


def message(params: Mapping[str, Any], label: str) -> dict[str, Any]:
    """Return the parameters of a log message with *label* in front of its logger."""
    logger = params.get("logger")
    return {**params, "logger": f"{label}/{logger}" if logger else label}


def answer(result: Mapping[str, Any], label: str) -> dict[str, Any]:
    """Return the answer to a call, or of a task, with *label* in front of its forms."""
    questions = result.get(_QUESTIONS)
    if not isinstance(questions, dict):
        return dict(result)
    signed = {key: _request(asked, label) for key, asked in questions.items()}
    return {**result, _QUESTIONS: signed}


def _request(asked: object, label: str) -> object:
    if not isinstance(asked, dict) or asked.get("method") != Asking.PERSON.value:
        return asked
    params = asked.get("params")
    if not isinstance(params, dict):
        return asked
    return {**asked, "params": question(params, label)}
