"""Addresses of resources that are of one form."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple, Protocol
from urllib.parse import parse_qsl, unquote

import re2

#: ``{name}`` stands for one part of a path, ``{+name}`` for the rest of it, and
#: ``{?one,two}`` for what follows a question mark; all of that may be left out.
_VARIABLE: Final = re.compile(
    r"\{(?:(?P<kind>\+?)(?P<name>[A-Za-z_]\w*)|\?(?P<fields>[A-Za-z_]\w*(?:,\w+)*))\}"
)

#: Characters that an address has at most.
LONGEST: Final = 2_000

#: Fields after a question mark that are read.
_FIELDS: Final = 20


class _Match(Protocol):
    def groups(self) -> tuple[str, ...]: ...


class _Pattern(Protocol):
    def fullmatch(self, text: str) -> _Match | None: ...


class _Form(NamedTuple):
    """What an address has to be like, and what may follow its question mark."""

    path: _Pattern
    names: tuple[str, ...]
    fields: frozenset[str]


@lru_cache(maxsize=256)
def _form(template: str) -> _Form:
    parts = []
    # Not those of the pattern's groups: there a name twice would be an error, and that
    # of one plugin would be everybody's.
    names: list[str] = []
    fields: set[str] = set()
    end = 0
    for found in _VARIABLE.finditer(template):
        parts.append(re2.escape(template[end : found.start()]))
        end = found.end()
        if found["fields"]:
            fields.update(found["fields"].split(","))
        else:
            names.append(found["name"])
            parts.append("(.+)" if found["kind"] else "([^/?]+)")
    parts.append(re2.escape(template[end:]))
    # By an engine that is linear: the templates are those of plugins, the addresses
    # those of clients.
    return _Form(re2.compile("".join(parts)), tuple(names), frozenset(fields))


def matched(template: str, uri: str) -> Mapping[str, str] | None:
    """Return what the variables of *template* are in *uri*; ``None`` if it is another.

    A template is one of level 1 or 2 of RFC 6570, with a query of level 3 at its end.
    Of that, variables may be missing; one that is unknown, or there twice, makes it
    another address.
    """
    if len(uri) > LONGEST or uri.encode("utf-8", "replace").decode() != uri:
        # The half of a character is nowhere.
        return None
    form = _form(template)
    path, _, query = uri.partition("?") if form.fields else (uri, "", "")
    found = form.path.fullmatch(path)
    if found is None:
        return None
    fields = _fields(query)
    if fields is None or not form.fields.issuperset(fields):
        return None
    known = zip(form.names, map(unquote, found.groups()), strict=True)
    return {**dict(known), **fields}


def _fields(query: str) -> Mapping[str, str] | None:
    """Return the fields of a query, each of which is there once; else ``None``."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        return None
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else None
