"""How files of clients are written, and changes of them that change nothing else."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Protocol

from brummer.mcp.install.edit import (
    Edit,
    FormError,
    KeyPath,
    applied,
    canonical,
    value_at,
    with_value,
    without_value,
)


class Form(StrEnum):
    """How a file is written; JSON may have comments, and commas too many."""

    JSON = "json"
    TOML = "toml"
    YAML = "yaml"


class _Editor(Protocol):
    """A module that knows one form."""

    def parse(self, text: str, /) -> object: ...

    def setting(
        self, text: str, path: KeyPath, value: object, /
    ) -> Iterator[list[Edit]]: ...

    def removing(self, text: str, path: KeyPath, /) -> Iterator[list[Edit]]: ...


def _editor(form: Form) -> _Editor:
    # Imported when it is needed: most clients need neither TOML nor YAML.
    if form is Form.TOML:
        from brummer.mcp.install import toml_form

        return toml_form
    if form is Form.YAML:
        from brummer.mcp.install import yaml_form

        return yaml_form
    from brummer.mcp.install import json_form

    return json_form


def parse(form: Form, text: str) -> object:
    """Return what *text* says.

    :raises FormError: if it is not of that *form*.
    """
    return _editor(form).parse(text)


def with_entry(
    form: Form, text: str, path: KeyPath, leaves: Mapping[KeyPath, object]
) -> tuple[str, tuple[Edit, ...]]:
    """Return *text* with an entry at *path*, and by which edits it came to be.

    *leaves* are the values in the entry, ``None`` for what must not be there; what
    else there is in one stays.  The edits are empty if there was one before.

    :raises FormError: if that cannot be had without changing anything else.
    """
    tree = parse(form, text)
    if value_at(tree, path) is None:
        value = entry(leaves)
        edits = _edits(form, text, path, value)
        return applied(text, edits), edits
    try:
        return _leaf_by_leaf(form, text, path, leaves), ()
    except FormError:
        # An unusual form of the entry itself: a new one says the same.
        whole = _merged(value_at(tree, path), leaves)
        bare = without_entry(form, text, path)
        new = applied(bare, _edits(form, bare, path, whole))
        if not _is_same(form, parse(form, new), with_value(tree, path, whole)):
            raise
        return new, ()


def without_entry(form: Form, text: str, path: KeyPath) -> str:
    """Return *text* without what is at *path*.

    :raises FormError: if that cannot be had without changing anything else.
    """
    return applied(text, _edits(form, text, path, None))


def entry(leaves: Mapping[KeyPath, object]) -> dict[str, object]:
    """Return a new entry with *leaves*."""
    return _merged({}, leaves)


def rendered(form: Form, path: KeyPath, value: Mapping[str, object]) -> str:
    """Return a file that has only *value*, at *path*."""
    return applied("", _edits(form, "", path, value))


def _merged(old: object, leaves: Mapping[KeyPath, object]) -> dict[str, object]:
    for leaf, value in leaves.items():
        if value is None:
            old = without_value(old, _going(old, leaf))
        else:
            old = with_value(old, leaf, value)
    assert isinstance(old, dict), "it was one, or nothing"
    return old


def _going(entry: object, leaf: KeyPath) -> KeyPath:
    """Return what goes of *entry* with *leaf*: also what holds nothing else."""
    while len(leaf) > 1:
        holder = value_at(entry, leaf[:-1])
        if not isinstance(holder, dict) or holder.keys() != {leaf[-1]}:
            break
        leaf = leaf[:-1]
    return leaf


def _leaf_by_leaf(
    form: Form, text: str, path: KeyPath, leaves: Mapping[KeyPath, object]
) -> str:
    # What goes, goes last: an entry that is empty meanwhile would look like none.
    for leaf, value in sorted(leaves.items(), key=lambda one: one[1] is None):
        old = value_at(parse(form, text), path)
        if canonical(value_at(old, leaf)) != canonical(value):
            place = leaf if value is not None else _going(old, leaf)
            text = applied(text, _edits(form, text, (*path, *place), value))
    return text


def _edits(form: Form, text: str, path: KeyPath, value: object) -> tuple[Edit, ...]:
    """Return the edits that put *value* at *path*, or remove it if it is ``None``.

    What comes of them is read again: it has to say what the text did, apart from
    that.
    """
    editor = _editor(form)
    tree = editor.parse(text)
    if value is None:
        expected = without_value(tree, path)
        tries = editor.removing(text, path)
    else:
        expected = with_value(tree, path, value)
        tries = editor.setting(text, path, value)
    for edits in tries:
        with suppress(FormError):
            if _is_same(form, editor.parse(applied(text, edits)), expected):
                return tuple(edits)
    raise FormError("its form is too unusual; edit it by hand")


def _is_same(form: Form, one: object, other: object) -> bool:
    """Whether two documents say the same."""
    if form is Form.TOML:
        # There, a table is by what is in it; an empty one says nothing.
        one, other = _pruned(one), _pruned(other)
    return canonical(one) == canonical(other)


def _pruned(value: object) -> object:
    if not isinstance(value, dict):
        return value
    inner = {name: _pruned(one) for name, one in value.items()}
    return {name: one for name, one in inner.items() if one != {}}
