"""Changes of a text at some places, which leave the rest of it alone."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

#: Where something is in a document: names of mappings, from the outermost one.
KeyPath: TypeAlias = tuple[str, ...]

_INDENTED: Final = re.compile(r"^([ \t]+)\S", re.MULTILINE)


class FormError(Exception):
    """The text cannot be changed; *line* counts from 1, 0 if it is about no line."""

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(problem)
        self.line = line


class Edit(NamedTuple):
    """What stands from *start* to *end* gives way to *new*."""

    start: int
    end: int
    new: str


def inserted(at: int, new: str) -> Edit:
    """Return the edit that takes nothing away."""
    return Edit(at, at, new)


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return *text* after *edits*, whose places are those in *text*.

    Of two at one place, the first comes first.
    """
    parts, done = [], 0
    for edit in _in_order(edits):
        parts += [text[done : edit.start], edit.new]
        done = edit.end
    return "".join((*parts, text[done:]))


def _in_order(edits: Iterable[Edit]) -> list[Edit]:
    return sorted(edits, key=lambda edit: (edit.start, edit.end))


def narrowed(old: str, new: str) -> Edit:
    """Return the edit that makes *new* of *old* and leaves alone what both share."""
    start = _shared(old, new)
    rest = _shared(old[start:][::-1], new[start:][::-1])
    return Edit(start, len(old) - rest, new[start : len(new) - rest])


def _shared(one: str, other: str) -> int:
    """Return with how many characters both begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def spans_of(edits: Sequence[Edit]) -> tuple[tuple[int, int], ...] | None:
    """Return where what *edits* added stands afterwards.

    ``None`` if they took something away: without those spans, the text would not be
    what it was.
    """
    spans, shift = [], 0
    for start, end, new in _in_order(edits):
        if end > start:
            return None
        if new:
            spans.append((start + shift, start + shift + len(new)))
            shift += len(new)
    return tuple(spans)


def value_at(tree: object, path: KeyPath) -> object:
    """Return what is at *path*, ``None`` if nothing is."""
    for name in path:
        tree = tree.get(name) if isinstance(tree, dict) else None
    return tree


def with_value(tree: object, path: KeyPath, value: object) -> object:
    """Return *tree* with *value* at *path*; mappings that are missing are made.

    What is there with no value at all, as a name with nothing behind it in YAML,
    is like what is missing.

    :raises FormError: if there is something else in place of a mapping.
    """
    if not path:
        return value
    if tree is not None and not isinstance(tree, dict):
        raise FormError(f"what should hold {path[0]!r} is no mapping of names")
    inner = tree or {}
    return {**inner, path[0]: with_value(inner.get(path[0]), path[1:], value)}


def without_value(tree: object, path: KeyPath) -> object:
    """Return *tree* without what is at *path*; what held it stays, perhaps empty."""
    if not isinstance(tree, dict) or path[0] not in tree:
        return tree
    if len(path) == 1:
        return {name: one for name, one in tree.items() if name != path[0]}
    return {**tree, path[0]: without_value(tree[path[0]], path[1:])}


def canonical(value: object) -> object:
    """Return what is equal for two values only if they say the same.

    Python takes ``1``, ``1.0`` and ``True`` for equal, and no NaN for any.
    """
    if isinstance(value, Mapping):
        # Nothing and a mapping of nothing may be written alike in YAML.
        pairs = [(repr(name), canonical(one)) for name, one in value.items()]
        return ("mapping", tuple(sorted(pairs, key=lambda pair: pair[0])))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ("list", tuple(map(canonical, value)))
    return repr(value)


def newline_of(text: str) -> str:
    """Return how lines end in *text*."""
    return "\r\n" if "\r\n" in text else "\n"


def step_of(text: str) -> str:
    """Return by how much the first indented line of *text* is; two blanks if none."""
    found = _INDENTED.search(text)
    if found is None:
        return "  "
    return "\t" if found[1].startswith("\t") else found[1]


def margin_of(text: str, at: int) -> str:
    """Return the blanks that the line around *at* begins with."""
    start = text.rfind("\n", 0, at) + 1
    line = text[start:at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def line_of(text: str, at: int) -> int:
    """Return the number of the line in which *at* is."""
    return text.count("\n", 0, at) + 1
