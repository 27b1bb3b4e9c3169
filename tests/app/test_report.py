"""An error as text."""

from collections.abc import Sequence
from typing import Any

from brummer.app.report import Around, place_of, report
from brummer.core.excerpt import Excerpt
from brummer.model.finding import Finding, FindingKind, Frame
from brummer.model.log import LogEntry, LogExtent, LogWindow, Stream
from brummer.model.process import ProcessId

WEB = ProcessId("web-1")
NO_SOURCE = Excerpt(path="", problem="it is gone")


def error(title: str = "TypeError: no", **fields: Any) -> Finding:
    return Finding(
        kind=FindingKind.ERROR, title=title, process=WEB, time=1000.0, **fields
    )


def around(*lines: bytes, source: Excerpt = NO_SOURCE) -> Around:
    entries = [
        LogEntry(number, WEB, Stream.OUT, 1000.0, line, partial=False)
        for number, line in enumerate(lines)
    ]

    def window(first: int, count: int, _: ProcessId) -> LogWindow:
        shown: Sequence[LogEntry] = entries[first : first + count]
        return LogWindow(LogExtent(0, 0, len(entries)), tuple(shown))

    return Around(None, source, window)


def own(line: int) -> Frame:
    return Frame(file="a.py", line=line)


def test_what_is_not_known_is_left_out() -> None:
    text = report(error(), around())

    (title, process, seen) = text.splitlines()
    assert (title, process) == ("TypeError: no", "process    web-1")
    assert seen.startswith("seen       ")
    assert "times" not in seen


def test_a_message_of_several_lines_is_told_in_full() -> None:
    text = report(error("Bad: one", message="one\ntwo\nthree"), around())

    assert text.startswith("Bad: one\n  two\n  three\nprocess")


def test_repeats_and_causes_are_told() -> None:
    text = report(
        error(count=1200, last_seen=2000.0, causes=("OSError: disk", "root")), around()
    )

    assert "caused by  OSError: disk\ncaused by  root\n" in text
    assert "seen       1,200 times, first " in text


def test_frames_of_libraries_are_a_number() -> None:
    library = Frame(file="/x/site-packages/flask/app.py", line=1, own=False)
    frames = (own(1), library, library, library, own(2), library)

    text = report(error(frames=frames, file="a.py", line_in_file=2), around())

    assert text.partition("frames:\n")[2].splitlines() == [
        "    a.py:1",
        "    ... 3 frames of libraries",
        "  > a.py:2",
        "    /x/site-packages/flask/app.py:1",
    ]


def test_a_file_that_was_changed_since_is_named_as_such() -> None:
    source = Excerpt(path="/s/a.py", first=3, lines=("x", "y"), modified=2000.0)

    text = report(error(file="a.py", line_in_file=4), around(source=source))

    assert "/s/a.py, changed since:\n        3 | x\n  >     4 | y\n" in text


def test_a_long_error_is_told_in_part() -> None:
    lines = [b"line %d" % n for n in range(500)]

    text = report(error(line=100, end=400), around(*lines))

    told = text.partition("log:\n")[2].splitlines()
    assert (len(told), told[0][-7:], told[-1][-8:]) == (70, "line 95", "line 164")


def test_nothing_in_it_steers_a_terminal() -> None:
    evil = "\x1b]52;c;AAAA\x07\x1b[31mred\x1b[0m\x9b2J"

    text = report(
        error(
            evil,
            message=f"{evil}\n{evil}",
            file=evil,
            causes=(evil,),
            frames=(Frame(file=evil, function=evil),),
        ),
        around(evil.encode() + b"\x00", source=Excerpt(path="x", lines=(evil,))),
    )

    assert not {"\x1b", "\x07", "\x9b", "\x00"} & set(text)


def test_lines_that_were_written_over_are_as_people_saw_them() -> None:
    text = report(error(), around(b"built 1 %\rbuilt 9 %\rdone\x1b[K"))

    assert text.splitlines()[-1].endswith(" done")
    assert "built" not in text


def test_a_place_is_written_as_editors_take_it() -> None:
    assert place_of(error(file="a.py", line_in_file=3, column=9)) == "a.py:3:9"
    assert place_of(error(file="a.py")) == "a.py"
    assert place_of(error()) == ""
