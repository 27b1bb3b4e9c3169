"""JSON, with comments and commas too many, changed in place.

Comments, and commas before a bracket that closes, are overwritten by as many blanks;
what is left is JSON, at the same places, and the standard library reads it.  So
only these two are looked for here, and everything else is judged as ever.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

from brummer.mcp.install.edit import (
    Edit,
    FormError,
    KeyPath,
    inserted,
    line_of,
    margin_of,
    newline_of,
    step_of,
)

#: A string hides what looks like a comment.  A comment that does not end takes all
#: there is, so that its end is looked for once; it is none, and no JSON either.
_TOKEN: Final = re.compile(
    r'"(?:[^"\\\n]|\\.)*+"?|//[^\n]*|/\*(?:(?!\*/).)*+(?:\*/)?', re.DOTALL
)
#: Between the comma and the bracket are only blanks, as comments are gone by then.
_COMMA: Final = re.compile(r",(?=[ \t\r\n]*[}\]])")
_STRING_OR_COMMA: Final = re.compile(
    rf'"(?:[^"\\\n]|\\.)*+"?|{_COMMA.pattern}', re.DOTALL
)
_BLANKS: Final = re.compile(r"[ \t\r\n]*")

_TWICE: Final = "{name!r} is there twice, and clients may take either"


@dataclass(frozen=True, slots=True)
class _Member:
    """A name and its value: where the name begins, the value begins, and ends."""

    name: str
    begin: int
    value: int
    end: int


@dataclass(frozen=True, slots=True)
class _Object:
    """What is between braces, and where those are."""

    begin: int
    end: int
    members: tuple[_Member, ...]

    def member(self, name: str) -> _Member | None:
        return next((one for one in self.members if one.name == name), None)


def parse(text: str) -> object:
    """Return what *text* says; nothing is an empty mapping.

    :raises FormError: if it is not JSON, comments and final commas aside.
    """
    plain = _plain(_uncommented(text))
    if not plain.strip():
        return {}
    try:
        return json.loads(plain, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise FormError(f"is not JSON: {error.msg}", line_of(text, error.pos)) from None
    except (ValueError, RecursionError) as error:
        raise FormError(f"is not JSON: {error}") from None


def setting(text: str, path: KeyPath, value: object) -> Iterator[list[Edit]]:
    """Yield the edits that put *value* at *path* in a right *text*.

    :raises FormError: if something on the way there is no mapping, or ambiguous.
    """
    clear = _uncommented(text)
    if not clear.strip():
        whole = _rendered(_nested(path, value), "", step_of(text), newline_of(text))
        end = newline_of(text)
        gap = end if text and not text.endswith("\n") else ""
        yield [inserted(len(text), f"{gap}{whole}{end}")]
        return
    document = _Document(text, clear)
    found, depth = document.deepest(path)
    member = found.member(path[depth])
    if member is not None:
        yield [document.replacement(member, value)]
        return
    yield [*document.addition(found, path[depth], _nested(path[depth + 1 :], value))]


def removing(text: str, path: KeyPath) -> Iterator[list[Edit]]:
    """Yield the edits that take what is at *path* out of a right *text*.

    :raises FormError: as :func:`setting`.
    """
    document = _Document(text, _uncommented(text))
    found, depth = document.deepest(path)
    member = found.member(path[depth])
    if member is None or depth < len(path) - 1:
        yield []
        return
    yield [*document.removal(found, member)]


class _Document:
    """A right text; *clear* is the same without comments, *plain* without both."""

    def __init__(self, text: str, clear: str) -> None:
        self._text = text
        self._clear = clear
        self._plain = _plain(clear)
        self._newline = newline_of(text)
        self._step = step_of(clear)

    def deepest(self, path: KeyPath) -> tuple[_Object, int]:
        """Return the innermost object that there is on *path*, and how deep it is."""
        found = self._object(self._skip(0), path[0])
        for depth, name in enumerate(path[:-1]):
            member = found.member(name)
            if member is None:
                return found, depth
            found = self._object(member.value, path[depth + 1])
        return found, len(path) - 1

    def _object(self, at: int, wanted: str) -> _Object:
        """Return the object at *at*, in which *wanted* will be looked for."""
        if self._plain[at : at + 1] != "{":
            problem = f"what should hold {wanted!r} is no object"
            raise FormError(problem, line_of(self._text, at))
        members: list[_Member] = []
        position = self._skip(at + 1)
        while self._plain[position] != "}":
            member = self._member(position)
            if member.name == wanted and any(m.name == wanted for m in members):
                line = line_of(self._text, member.begin)
                raise FormError(_TWICE.format(name=wanted), line)
            members.append(member)
            position = self._skip(member.end)
            if self._plain[position] == ",":
                position = self._skip(position + 1)
        return _Object(at, position, tuple(members))

    def _member(self, at: int) -> _Member:
        decode = json.JSONDecoder().raw_decode
        name, end = decode(self._plain, at)
        colon = self._skip(end)
        value = self._skip(colon + 1)
        return _Member(name, at, value, decode(self._plain, value)[1])

    def _skip(self, at: int) -> int:
        """Return where the next thing after the blanks at *at* begins."""
        found = _BLANKS.match(self._plain, at)
        assert found is not None, "it matches nothing as well"
        return found.end()

    def replacement(self, member: _Member, value: object) -> Edit:
        """Return the edit that gives *member* another value."""
        margin = margin_of(self._text, member.begin)
        rendered = _rendered(value, margin, self._step, self._newline)
        if "\n" not in self._text[member.value : member.end]:
            rendered = json.dumps(value, ensure_ascii=False)
        return Edit(member.value, member.end, rendered)

    def addition(self, found: _Object, name: str, value: object) -> Iterator[Edit]:
        """Yield the edits that add a member to an object, as its last one."""
        if not found.members:
            yield self._first(found, name, value)
            return
        last = found.members[-1]
        comma = self._comma(last.end, found.end)
        if comma is None:
            yield inserted(last.end, ",")
        at = last.end if comma is None else comma + 1
        tail = "" if comma is None else ","
        if "\n" not in self._text[found.begin : last.begin]:
            key, one = (json.dumps(v, ensure_ascii=False) for v in (name, value))
            yield inserted(at, f" {key}: {one}{tail}")
            return
        margin = margin_of(self._text, last.begin)
        member = self._lines(name, value, margin)
        yield inserted(self._line_end(at, found.end), f"{member}{tail}")

    def _first(self, found: _Object, name: str, value: object) -> Edit:
        """Return the edit that adds the only member, behind any comments."""
        inner = self._text[found.begin + 1 : found.end]
        # No other blanks: one could be the end of a comment.
        at = found.begin + 1 + len(inner.rstrip(" \t\r\n"))
        margin = margin_of(self._text, found.begin)
        member = self._lines(name, value, margin + self._step)
        closing = "" if "\n" in self._text[at : found.end] else self._newline + margin
        return inserted(at, member + closing)

    def _lines(self, name: str, value: object, margin: str) -> str:
        """Return a member on lines of its own, with the newline before it."""
        rendered = _rendered(value, margin, self._step, self._newline)
        return (
            f"{self._newline}{margin}{json.dumps(name, ensure_ascii=False)}: {rendered}"
        )

    def _comma(self, start: int, end: int) -> int | None:
        """Return where the comma is between two places, if one is."""
        at = self._clear.find(",", start, end)
        return None if at < 0 else at

    def _line_end(self, at: int, limit: int) -> int:
        """Return the end of the line around *at* if only comments follow there."""
        # Newlines in comments are blanks by now.
        end = self._clear.find("\n", at, limit)
        if end < 0 or self._clear[at:end].strip():
            return at
        return end - (self._text[end - 1] == "\r")

    def removal(self, found: _Object, member: _Member) -> Iterator[Edit]:
        """Yield the edits that take *member* out, with its comma and its line."""
        position = found.members.index(member)
        following = found.members[position + 1 : position + 2]
        limit = following[0].begin if following else found.end
        comma = self._comma(member.end, limit)
        end = member.end if comma is None else comma + 1
        around = (
            self._text[found.begin + 1 : member.begin] + self._text[end : found.end]
        )
        if len(found.members) == 1 and not around.strip():
            yield Edit(found.begin + 1, found.end, "")
            return
        if comma is None and position:
            before = self._comma(found.members[position - 1].end, member.begin)
            assert before is not None, "there is one between two members"
            yield Edit(before, before + 1, "")
        yield self._cut(member.begin, end, limit, is_last=not following)

    def _cut(self, start: int, end: int, limit: int, *, is_last: bool) -> Edit:
        """Return the edit that removes a member, and its lines if it has some."""
        begin = self._text.rfind("\n", 0, start)
        stop = self._line_end(end, limit)
        if not self._text[begin + 1 : start].strip() and self._ends_line(stop):
            return Edit(begin - (self._text[begin - 1] == "\r"), stop, "")
        if is_last:
            start = len(self._text[:start].rstrip(" \t"))
        else:
            end += len(self._text[end:limit]) - len(self._text[end:limit].lstrip(" \t"))
        return Edit(start, end, "")

    def _ends_line(self, at: int) -> bool:
        """Whether a line ends at *at*."""
        return self._text[at : at + 2].startswith(("\n", "\r\n"))


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _blank(found: "re.Match[str]") -> str:
    token = found[0]
    is_endless = token.startswith("/*") and not token.endswith("*/", len("/*"))
    return token if token.startswith('"') or is_endless else " " * len(token)


def _uncommented(text: str) -> str:
    # Files of megabytes are kept by programs, and those write no comments.
    if "//" not in text and "/*" not in text:
        return text
    return _TOKEN.sub(_blank, text)


def _plain(clear: str) -> str:
    if not _COMMA.search(clear):
        return clear
    return _STRING_OR_COMMA.sub(_blank, clear)


def _nested(path: KeyPath, value: object) -> object:
    for name in reversed(path):
        value = {name: value}
    return value


def _rendered(value: object, margin: str, step: str, newline: str) -> str:
    """Return *value* with a line for each name; lists are in one line."""
    if not isinstance(value, Mapping) or not value:
        return json.dumps(value, ensure_ascii=False)
    inner = margin + step
    lines = [
        f"{inner}{json.dumps(name, ensure_ascii=False)}: "
        + _rendered(one, inner, step, newline)
        for name, one in value.items()
    ]
    return newline.join(("{", f",{newline}".join(lines), f"{margin}}}"))
