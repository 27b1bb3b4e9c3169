"""Answers in the form in which they leave."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from brummer.mcp.size import size
from brummer.mcp.wire import result
from brummer.model.tool import Answer

#: Shared answers that are kept ready, of at most 20,000 bytes each.
_KEPT: Final = 32


class Sent(NamedTuple):
    """An answer as the *fields* of a result, and how many bytes those take."""

    fields: Mapping[str, Any]
    size: int


class Outbox:
    """Makes answers ready to be sent; one that is shared only once.

    Threads: the loop's.
    """

    def __init__(self) -> None:
        #: By identity, which is theirs alone as long as they are kept; the oldest
        #: first.
        self._kept: dict[int, tuple[Answer, Sent]] = {}

    def ready(self, answered: Answer) -> Sent:
        """Return what is sent of an answer."""
        known = self._kept.get(id(answered))
        if known is not None:
            return known[1]
        sent = _sent(answered)
        if answered.shared:
            if len(self._kept) >= _KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[id(answered)] = (answered, sent)
        return sent


def _sent(answered: Answer) -> Sent:
    # As the SDK makes it of a result, which it would do again for each client.
    fields = result(answered).model_dump(by_alias=True, mode="json", exclude_none=True)
    return Sent(fields, size(fields))
