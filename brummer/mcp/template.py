"""Addresses of resources that are of one form."""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote

#: ``{name}`` stands for one part of a path, ``{+name}`` for the rest of it.
_VARIABLE = re.compile(r"\{(\+?)([A-Za-z_]\w*)\}")


@lru_cache(maxsize=256)
def _pattern(template: str) -> re.Pattern[str]:
    parts = []
    end = 0
    for found in _VARIABLE.finditer(template):
        kind = ".+" if found[1] else "[^/?]+"
        parts += [re.escape(template[end : found.start()]), f"(?P<{found[2]}>{kind})"]
        end = found.end()
    return re.compile("".join([*parts, re.escape(template[end:])]))


def matched(template: str, uri: str) -> Mapping[str, str] | None:
    """Return what the variables of *template* are in *uri*; ``None`` if it is another.

    A template is one of level 1 or 2 of RFC 6570.
    """
    found = _pattern(template).fullmatch(uri)
    if found is None:
        return None
    return {name: unquote(value) for name, value in found.groupdict().items()}
