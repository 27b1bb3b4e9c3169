r"""What travels over the control socket.

Each message is one JSON object on one line.  A request has an ``id`` that the
client chose, a ``method`` and ``params``; its answers repeat the ``id``:

========================  =================================================
``{"id", "result"}``      the answer; nothing more comes for this id
``{"id", "error"}``       the same for a failure: ``kind`` and ``message``
``{"id", "part"}``        one piece of a stream; more may come
``{"id", "cancel"}``      from the client: end that stream
========================  =================================================

An instance that ends lets streams come to their end first, and then says so with
an error for the id ``null``, of the kind ``end``.

Values are turned to JSON by their fields, so what a front end reads over the
socket has the names of :mod:`brummer.model`.  Bytes travel as text in UTF-8
with ``surrogateescape``: whatever a child printed comes out as it went in.
"""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Final

from brummer.errors import BrummerError, ConfigError, ScriptNotFound, UsageError

#: Raised when an old client could misunderstand a new server, or vice versa.
PROTOCOL: Final = 1

#: A longer request is refused and its connection closed.
MAX_REQUEST: Final = 1024 * 1024

#: What is said of it then.
TOO_LONG: Final = f"a request has {MAX_REQUEST // 1024} KiB at most"

#: Requests of one client that may be unanswered at once.
MAX_REQUESTS: Final = 64

#: Errors that keep their class, and so their exit code, over the socket.
_KINDS: Final = {"usage": UsageError, "config": ConfigError, "script": ScriptNotFound}


class RemoteError(BrummerError):
    """The instance answered with an error; the message is the instance's."""


class RemoteUsageError(RemoteError, UsageError):
    """The instance could not understand the request's arguments."""


class EndedError(RemoteError):
    """The instance ended as it should; it is the last that it says."""


def plain(value: object) -> object:
    """Return *value* made of what JSON knows."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    fields = _fields(value)
    if fields is not None:
        return {str(name): plain(item) for name, item in fields.items()}
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, Iterable) and not isinstance(value, PurePath):
        return [plain(item) for item in value]
    return str(value)


def _fields(value: object) -> Mapping[object, object] | None:
    """Return what *value* holds by name, ``None`` if it has no names."""
    if isinstance(value, Mapping):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {field.name: getattr(value, field.name) for field in fields}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return dict(zip(value._fields, value, strict=True))
    return None


def encode(message: Mapping[str, object]) -> bytes:
    """Return *message* as one line."""
    return json.dumps(plain(message), separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> dict[str, object]:
    """Return the message in *line*.

    :raises UsageError: if it is not one JSON object.
    """
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"not a JSON message: {error}") from error
    if not isinstance(message, dict):
        raise UsageError("a message is a JSON object")
    return message


def to_error(error: BaseException) -> dict[str, object]:
    """Return *error* as it travels."""
    for kind, cls in _KINDS.items():
        if isinstance(error, cls):
            return {"kind": kind, "message": str(error)}
    if isinstance(error, EndedError):
        return {"kind": "end", "message": str(error)}
    if isinstance(error, BrummerError):
        return {"kind": "error", "message": str(error)}
    return {"kind": "bug", "message": f"{type(error).__name__}: {error}"}


def from_error(answer: object) -> RemoteError:
    """Return the error that *answer* carries."""
    if not isinstance(answer, dict):
        return RemoteError(f"the instance answered with {answer!r}")
    message = str(answer.get("message", "unknown error"))
    if answer.get("kind") == "end":
        return EndedError(message)
    usage = answer.get("kind") in {"usage", "config"}
    return RemoteUsageError(message) if usage else RemoteError(message)
