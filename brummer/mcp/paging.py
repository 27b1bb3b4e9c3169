"""Long lists, a page at a time."""

import base64
import binascii
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, TypeVar

import mcp_types as wire
from mcp.shared.exceptions import MCPError

_T = TypeVar("_T")

#: Things on one page: clients that never ask for a second one see this many.
PAGE: Final = 200


def page(
    items: Sequence[_T], names: Sequence[str], cursor: str | None
) -> tuple[list[_T], str | None]:
    """Return the items after *cursor*, and the cursor of the next page if there is one.

    *names* are those of the items, ascending.  A cursor names the last item that was
    shown, so that a list which changed meanwhile is gone on with at the right place.

    :raises MCPError: if the cursor is none of ours.
    """
    first = 0
    if cursor is not None:
        last = _read(cursor)
        first = next((at for at, name in enumerate(names) if name > last), len(names))
    shown = list(items[first : first + PAGE])
    end = first + len(shown)
    return shown, _written(names[end - 1]) if end < len(items) else None


def _written(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode()


def _read(cursor: str) -> str:
    with suppress(binascii.Error, UnicodeError):
        name = base64.b64decode(cursor.encode("ascii"), b"-_", validate=True).decode()
        if name:
            return name
    message = "this is no cursor of ours; begin again without one"
    raise MCPError(wire.INVALID_PARAMS, message)
