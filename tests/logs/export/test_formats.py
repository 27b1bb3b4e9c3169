"""The copy for each format."""

from pathlib import PurePath

import pytest

from brummer.logs.export.copy import Labels
from brummer.logs.export.formats import copy_in
from brummer.model.format import Format, format_of
from tests.logs.export.lines import entry


@pytest.mark.parametrize(
    ("form", "begin"),
    [
        (Format.PLAIN, "red"),
        (Format.ANSI, "\x1b[31mred"),
        (Format.JSON, "{"),
        (Format.HTML, "<!DOCTYPE html>"),
    ],
)
def test_each_format_has_its_copy(form: Format, begin: str) -> None:
    copy = copy_in(form, Labels())

    lines = "".join(copy.lines([entry(b"\x1b[31mred\x1b[0m")]))

    assert (copy.head() + lines).startswith(begin)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.txt", Format.PLAIN),
        ("a.LOG", Format.PLAIN),
        ("a.ans", Format.ANSI),
        ("a.b.jsonl", Format.JSON),
        ("a.htm", Format.HTML),
        ("a", None),
        ("html", None),
        ("a.pdf", None),
    ],
)
def test_the_name_of_a_file_tells_the_format(name: str, form: Format | None) -> None:
    assert format_of(PurePath(name)) == form
