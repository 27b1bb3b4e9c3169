"""The copy for each format."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from brummer.logs.export.copy import Copy, Labels
from brummer.logs.export.html import HtmlCopy
from brummer.logs.export.text import JsonCopy, ansi_copy, plain_copy
from brummer.model.format import Format

_COPIES: Final[Mapping[Format, Callable[[Labels], Copy]]] = MappingProxyType(
    {
        Format.PLAIN: plain_copy,
        Format.ANSI: ansi_copy,
        Format.JSON: lambda _: JsonCopy(),
        Format.HTML: HtmlCopy,
    }
)


def copy_in(form: Format, labels: Labels) -> Copy:
    """Return a copy that is still empty."""
    return _COPIES[form](labels)
