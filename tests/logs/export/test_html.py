"""Copies in HTML."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from brummer.logs.ansi import parse
from brummer.logs.export.copy import Labels, clock, date
from brummer.logs.export.html import HtmlCopy
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId
from tests.logs.export.lines import API, EPOCH, WEB, entry

#: Elements that need no end.
VOID = {"meta"}
KNOWN = {
    *("html", "head", "meta", "title", "style", "body", "h1", "main", "footer"),
    *("div", "time", "b", "span", "a"),
}


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.lines: list[str] = []
        self.links: list[str] = []
        self.title = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "div":
            self.lines.append("")
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    @override
    def handle_data(self, data: str) -> None:
        if "div" in self._open:
            self.lines[-1] += data
        elif "title" in self._open:
            self.title += data


def page(*entries: LogEntry, labels: Labels | None = None) -> str:
    copy = HtmlCopy(labels or Labels())
    return copy.head() + "".join(copy.lines(entries)) + copy.tail()


def test_a_page_has_the_lines_and_what_is_above_them() -> None:
    found = Page(page(entry(b"one"), entry(b"<two> & 3"), labels=Labels(title="a<b")))

    assert found.lines == ["one", "<two> & 3"]
    assert found.title == "a<b"


def test_lines_say_whose_they_are_and_when() -> None:
    labels = Labels(is_merged=True, times=True, names={WEB: "<web>"})

    text = page(entry(b"x"), entry(b"y", API), labels=labels)

    assert Page(text).lines == [f"{clock(EPOCH)} <web> x", f"{clock(EPOCH)} api y"]
    assert f'title="{date(EPOCH)}"' in text


def test_a_line_can_be_led_to_by_its_number() -> None:
    assert '<div id="n42">' in page(LogEntry(41, WEB, Stream.OUT, EPOCH, b""))


def test_lines_of_standard_error_are_marked() -> None:
    assert '<div id="n1" class="stderr">' in page(entry(b"x", stream=Stream.ERR))


@pytest.mark.parametrize(
    ("data", "element"),
    [
        (b"\x1b[31mx", '<span style="color:var(--c1)">x</span>'),
        (b"\x1b[1;38;5;208mx", '<span class="bold" style="color:#ff8700">x</span>'),
        (b"\x1b[48;5;240mx", '<span style="background:#585858">x</span>'),
        (b"\x1b[38;2;1;2;3mx", '<span style="color:#010203">x</span>'),
        (
            b"\x1b[7mx",
            '<span style="color:var(--ground);background:var(--ink)">x</span>',
        ),
        (b"\x1b[3;4;9mx", '<span class="italic under strike">x</span>'),
        (b"ERROR x", '<span class="error">ERROR x</span>'),
    ],
)
def test_colours_are_kept(data: bytes, element: str) -> None:
    assert element in page(entry(data))


def test_colours_go_on_in_the_next_line_of_the_stream() -> None:
    text = page(entry(b"\x1b[32ma"), entry(b"b"))

    assert text.count('<span style="color:var(--c2)">') == 2


@pytest.mark.parametrize(
    ("data", "links"),
    [
        (b"see http://localhost:3000/?a=1&b=2.", ["http://localhost:3000/?a=1&b=2"]),
        (b"(https://x.dev/a)", ["https://x.dev/a"]),
        (b"javascript://x/%0aalert(1) file:///etc/passwd data://x", []),
        (b'http://x"onmouseover=alert(1)', ["http://x"]),
        (b"http://", []),
    ],
)
def test_only_pages_are_links(data: bytes, links: list[str]) -> None:
    found = Page(page(entry(data)))

    assert found.links == links
    assert found.lines == [data.decode()]


def test_a_very_long_line_is_whole() -> None:
    data = b"\x1b[31m" + b"x" * 100_000 + b"end"

    assert Page(page(entry(data))).lines == ["x" * 100_000 + "end"]


def test_a_page_loads_nothing_and_runs_nothing() -> None:
    text = page(entry(b"x"))

    assert "default-src 'none'" in text
    assert "<script" not in text
    assert not re.search(r"\burl\(|@import|\bsrc=", text)


@given(data=st.binary(max_size=80), name=st.text(max_size=10))
def test_no_bytes_become_markup(data: bytes, name: str) -> None:
    line = data.replace(b"\n", b"")
    process = ProcessId("x-1")
    labels = Labels(is_merged=True, title=name, names={process: name})

    found = Page(page(entry(line, process), labels=labels))

    assert {tag for tag, _ in found.elements} <= KNOWN
    assert all(link.startswith(("http://", "https://")) for link in found.links)
    (shown,) = found.lines
    assert shown.endswith(parse(line).text)
    assert not any(name.startswith("on") for _, kept in found.elements for name in kept)


@given(text=st.text(alphabet="<>&\"' aonclick=/;:htps.", max_size=60))
def test_no_text_becomes_markup(text: str) -> None:
    found = Page(page(entry(text.encode())))

    assert found.lines == [text]
    assert {tag for tag, _ in found.elements} <= KNOWN
