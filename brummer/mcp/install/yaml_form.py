"""YAML, changed in place.

PyYAML says where each name and value stands.  What is new goes right below the name
of what holds it, on lines of its own, so that no comment changes what it is about.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import yaml

from brummer.mcp.install.edit import (
    Edit,
    FormError,
    KeyPath,
    inserted,
    newline_of,
)

#: By how much what is in a mapping is further in, where nothing tells.
_STEP: Final = "  "

#: Characters; PyYAML takes a second for some ten thousand, and clients keep less.
LARGEST: Final = 256 * 1024

#: What needs no quotes, unless YAML takes it for something else than text.
_BARE: Final = re.compile(r"[A-Za-z_/][\w./-]*", re.ASCII)


class _Pair(NamedTuple):
    """A name and its value."""

    name: yaml.ScalarNode
    value: yaml.Node


def parse(text: str) -> object:
    """Return what *text* says; nothing is an empty mapping.

    :raises FormError: if it is not YAML, or more than one document.
    """
    if len(text) > LARGEST:
        raise FormError(f"has more than {LARGEST} characters")
    try:
        found: object = yaml.safe_load(text)
        size = _size(found, {})
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise FormError(f"is not YAML: {error.problem}", line) from None
    except RecursionError:
        raise FormError("is nested too deep, or without end") from None
    except (yaml.YAMLError, ValueError) as error:
        raise FormError(f"is not YAML: {error}") from None
    if size > LARGEST:
        # Written out, no text that we read has so many: its aliases multiply.
        raise FormError(f"stands for more than {LARGEST} values")
    return {} if found is None else found


def _size(value: object, known: dict[int, int]) -> int:
    """Return how many values *value* is, and all in it, each alias followed.

    *known* has what was counted before by its identity, so that it is done once.
    """
    if not isinstance(value, dict | list | tuple):
        return 1
    if id(value) not in known:
        inner = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_size(one, known) for one in inner)
    return known[id(value)]


def setting(text: str, path: KeyPath, value: object) -> Iterator[list[Edit]]:
    """Yield edits that may put *value* at *path* in a right *text*.

    :raises FormError: if something on the way there is no mapping, or ambiguous.
    """
    root = _composed(text)
    pairs = _along(root, path)
    if len(pairs) == len(path):
        last = pairs[-1].value
        yield [Edit(last.start_mark.index, _end(text, last), _in_line(value))]
        return
    missing = _nested(path[len(pairs) :], value)
    holder = pairs[-1].value if pairs else root
    if isinstance(holder, yaml.MappingNode) and holder.flow_style:
        yield [_into_flow(holder, missing)]
    elif holder is None or not pairs:
        yield [_at_the_end(text, missing)]
        if isinstance(holder, yaml.MappingNode):
            # Text over several lines may go on to the end, or a mark be there.
            yield [_at_the_beginning(text, holder, missing)]
    elif _is_void(holder) and holder.end_mark.index > holder.start_mark.index:
        start, end = holder.start_mark.index, holder.end_mark.index
        yield [Edit(start, end, _in_line(missing))]
    else:
        yield [_below(text, pairs[-1], missing)]


def removing(text: str, path: KeyPath) -> Iterator[list[Edit]]:
    """Yield edits that may take what is at *path* out of a right *text*.

    :raises FormError: as :func:`setting`.
    """
    root = _composed(text)
    pairs = _along(root, path)
    if len(pairs) < len(path):
        yield []
        return
    holder = pairs[-2].value if len(pairs) > 1 else root
    assert isinstance(holder, yaml.MappingNode), "it holds the pair"
    if holder.flow_style:
        yield [_out_of_flow(text, holder, pairs[-1])]
        return
    edits = [_lines_of(text, pairs[-1])]
    if len(holder.value) == 1 and len(pairs) > 1:
        # With nothing behind its name it would be null, which is no mapping.
        at = text.index(":", pairs[-2].name.end_mark.index) + 1
        edits.append(inserted(at, " {}"))
    yield edits


def _composed(text: str) -> yaml.Node | None:
    """Return the outermost node; ``None`` if there are only comments.

    :raises FormError: if it is no mapping.
    """
    root: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None or _is_void(root):
        return None
    if not isinstance(root, yaml.MappingNode):
        raise FormError("holds no mapping of names", root.start_mark.line + 1)
    return root


def _is_void(node: yaml.Node | None) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _along(node: yaml.Node | None, path: KeyPath) -> list[_Pair]:
    """Return the pairs that there are on *path*, the outermost first."""
    pairs: list[_Pair] = []
    for name in path:
        if node is None or _is_void(node):
            break
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode):
            raise FormError(f"what should hold {name!r} is no mapping", line)
        found = [_Pair(*pair) for pair in node.value if pair[0].value == name]
        if len(found) > 1:
            raise FormError(
                f"{name!r} is there twice", found[1].name.start_mark.line + 1
            )
        if not found:
            break
        pairs.append(found[0])
        node = found[0].value
    return pairs


def _end(text: str, node: yaml.Node) -> int:
    """Return where *node* ends, without the blanks and comments behind it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    start = node.start_mark.index
    return start + len(text[start : node.end_mark.index].rstrip())


def _below(text: str, pair: _Pair, missing: Mapping[str, object]) -> Edit:
    """Return the edit that adds to what *pair* holds, right below its name."""
    margin = " " * pair.name.start_mark.column + _STEP
    if isinstance(pair.value, yaml.MappingNode):
        margin = " " * pair.value.value[0][0].start_mark.column
    newline = newline_of(text)
    lines = newline.join(_lines(missing, margin))
    end = text.find("\n", pair.name.end_mark.index)
    if end < 0:
        return inserted(len(text), f"{newline}{lines}")
    return inserted(end + 1, f"{lines}{newline}")


def _at_the_end(text: str, missing: Mapping[str, object]) -> Edit:
    """Return the edit that adds outermost names behind everything."""
    newline = newline_of(text)
    lines = newline.join(_lines(missing, ""))
    if text and not text.endswith("\n"):
        # What had no newline at its end is left with none.
        return inserted(len(text), f"{newline}{lines}")
    return inserted(len(text), f"{lines}{newline}")


def _at_the_beginning(
    text: str, root: yaml.MappingNode, missing: Mapping[str, object]
) -> Edit:
    """Return the edit that adds outermost names before the others."""
    first: yaml.Mark = root.value[0][0].start_mark
    newline = newline_of(text)
    lines = newline.join(_lines(missing, " " * first.column))
    return inserted(first.index - first.column, f"{lines}{newline}")


def _into_flow(holder: yaml.MappingNode, missing: Mapping[str, object]) -> Edit:
    comma = ", " if holder.value else ""
    return inserted(holder.start_mark.index + 1, _in_line(missing)[1:-1] + comma)


def _out_of_flow(text: str, holder: yaml.MappingNode, pair: _Pair) -> Edit:
    position = holder.value.index(tuple(pair))
    end = _end(text, pair.value)
    if len(holder.value) == 1:
        return Edit(holder.start_mark.index + 1, holder.end_mark.index - 1, "")
    if position == 0:
        return Edit(pair.name.start_mark.index, holder.value[1][0].start_mark.index, "")
    return Edit(_end(text, holder.value[position - 1][1]), end, "")


def _lines_of(text: str, pair: _Pair) -> Edit:
    """Return the edit that removes the lines of *pair*, and what stands behind it."""
    start = text.rfind("\n", 0, pair.name.start_mark.index) + 1
    if text[start : pair.name.start_mark.index].strip():
        line = pair.name.start_mark.line + 1
        raise FormError("its form is too unusual; edit it by hand", line)
    last = max(_end(text, pair.value), pair.name.end_mark.index)
    end = text.find("\n", last)
    if end >= 0:
        return Edit(start, end + 1, "")
    # The newline before takes the place of the one that is not there.
    return Edit(len(text[:start].removesuffix("\n").removesuffix("\r")), len(text), "")


def _nested(path: KeyPath, value: object) -> dict[str, object]:
    for name in reversed(path):
        value = {name: value}
    assert isinstance(value, dict), "a path has at least one name"
    return value


def _lines(values: Mapping[str, object], margin: str) -> Iterator[str]:
    """Yield the lines of a mapping; lists are in one line."""
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield f"{margin}{_in_line(name)}:"
            yield from _lines(value, margin + _STEP)
        else:
            yield f"{margin}{_in_line(name)}: {_in_line(value)}"


def _in_line(value: object) -> str:
    """Return *value* in one line; JSON is YAML as well."""
    if isinstance(value, str) and _BARE.fullmatch(value):
        try:
            is_text = yaml.safe_load(value) == value
        except yaml.YAMLError:
            is_text = False
        if is_text:
            return value
    return json.dumps(value, ensure_ascii=False)
