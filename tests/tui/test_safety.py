"""Nothing that anybody prints or is called steers the terminal.

From the bytes of a child, or a name, to the bytes that the terminal gets, through all
that lies between them.
"""

from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typing_extensions import override

from brummer.config.settings import ScreenSettings
from brummer.logs.writer import Output
from brummer.model.finding import Finding, FindingKind
from brummer.model.health import ComponentHealth, HealthLevel
from brummer.model.log import LogExtent, LogWindow, Stream
from brummer.model.process import ProcessId, ProcessStatus
from brummer.tui.row import Size
from brummer.tui.theme import choose_theme
from tests.logs.audience import Audience
from tests.support.instance import EPOCH, FakeInstance
from tests.tui.stage import Stage
from tests.tui.terminal import Recorder, masked, recording

#: What has been used to take a terminal over, or to mislead who reads.
ATTACKS = [
    # Clipboard, title, colours of the palette, notifications, links, files.
    b"\x1b]52;c;cm0gLXJmIC8=\x07",
    b"\x1b]0;title\x1b\\",
    b"\x1b]4;1;?\x07",
    b"\x1b]10;?\x07",
    b"\x1b]9;note\x07",
    b"\x1b]8;;http://evil\x07text\x1b]8;;\x07",
    b"\x1b]1337;File=inline=1:AAAA\x07",
    # Questions that the terminal answers as if somebody typed.
    b"\x1b[c",
    b"\x1b[6n",
    b"\x1b[21t",
    b'\x1bP$q"p\x1b\\',
    b"\x1bP+q544e\x1b\\",
    b"\x05",
    # Modes, movements, scrolling, resets.
    b"\x1b[?1049h",
    b"\x1b[?2004l",
    b"\x1b[?1000h",
    b"\x1b[2J",
    b"\x1b[1;1H",
    b"\x1b[5A",
    b"\x1b[r",
    b"\x1b[4h",
    b"\x1bc",
    b"\x1b7\x1b8",
    b"\x1bM",
    b"\x1b(0",
    b"\x0e",
    b"\x0f",
    b"\x1b%@",
    b"\x1b[8m",
    b"\x1b[38;5;1;8;2m",
    # Strings without an end, the 8-bit forms, and other control characters.
    b"\x1b]0;",
    b"\x1bP",
    b"\x1b_",
    b"\x1b^",
    b"\x1bX",
    b"\x1b",
    b"\x1b[",
    b"\xc2\x9b2J",
    b"\x9b2J",
    b"\xc2\x9d0;title\xc2\x9c",
    b"\xc2\x85",
    b"\x07",
    b"\x08\x08",
    b"\x00",
    b"\x7f",
    b"\r",
    b"\t",
    b"\x0b\x0c",
    # What hides or reorders text.
    "\u202e\u2066\u200b\u200e\ufeff\u2028\u2029".encode(),
    "\U000e0041\ufff9\ufffb".encode(),
    # What is as wide as nobody knows, and what is no text.
    "\u2764\ufe0f\U0001f469\u200d\U0001f467\U0001f3fd".encode(),
    "e\u0301\u0301\u0301\u5b57".encode(),
    b"\xff\xfe\xc3\xed\xa0\x80",
    # JSON, for those who lay it out.
    b'{"level":"error","msg":"\\u001b[2J\\u202e","k\\u0007":"\\n\\r\x1b[2J"}',
    b'level=warn msg="\x1b[2J" a=b',
    b"\x1b[31m",
    b"\x1b[38;2;1;2;3m",
    b"\x1b[0m",
]

children = st.lists(
    st.one_of(
        st.sampled_from(ATTACKS),
        st.binary(max_size=6),
        st.text(max_size=6).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.just(b"\n"),
    ),
    max_size=15,
).map(b"".join)

streams = st.sampled_from([Stream.OUT, Stream.ERR])

names = st.one_of(
    st.sampled_from(ATTACKS).map(lambda data: data.decode("utf-8", "surrogateescape")),
    st.text(max_size=20),
)

#: Keys that show a log in all its ways.
WAYS = ["2", "3", "3w", "3L", "3T", "3TT", "3J", "3J\tz", "3kvk", "3]", "3Jkk\tjG"]

#: Keys that show names, and what else is no output.
PLACES = ["1", "2", "3]", "4", "5", "?", "!", ":", "q", "i", "x", "$", "3W", "1/", "3&"]

THEMES = [
    choose_theme(ScreenSettings(unicode="on"), {}, 256),
    choose_theme(ScreenSettings(unicode="off"), {}, 16777216),
    choose_theme(ScreenSettings(theme="mono"), {}, 1),
]


class Stored(FakeInstance):
    """A fake with the log of a real writer and store."""

    def __init__(self) -> None:
        super().__init__()
        self.audience = Audience()
        self.web = self.add_process("web").id

    def take(self, *reads: tuple[Stream, bytes]) -> None:
        """Store what was read from the process."""
        for stream, data in reads:
            if data:
                self.audience.writer.take(Output(self.web, stream, data, EPOCH))
        self.audience.writer.flush()

    @override
    def log_extent(self, process: ProcessId | None = None) -> LogExtent:
        return self.audience.store.snapshot().view(process).extent

    @override
    def log_window(
        self, first: int, count: int, process: ProcessId | None = None
    ) -> LogWindow:
        return self.audience.store.window(first, count, process)

    @override
    def log_history(
        self, first: int, count: int, process: ProcessId | None = None
    ) -> Future[LogWindow]:
        found: Future[LogWindow] = Future()
        found.set_result(self.log_window(first, count, process))
        return found


@pytest.fixture(params=THEMES, ids=["many colours", "ascii", "mono"])
def recorder(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Recorder]:
    with recording(request.param, monkeypatch) as made:
        yield made


def check(recorder: Recorder, stage: Stage) -> None:
    """Fail if anything that the terminal gets is neither text nor ours."""
    stage.frame.refresh()
    canvas = stage.frame.render(stage.size, focus=True)

    sent = recorder.send(canvas)

    assert sent.text.isprintable()
    # Not one more, not one less, and none other than without the text.
    assert sent.controls == recorder.send(masked(canvas)).controls


def presses(stage: Stage, keys: str) -> None:
    for key in keys:
        stage.press({"\t": "tab"}.get(key, key))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=60,
    deadline=None,
)
@given(
    reads=st.lists(st.tuples(streams, children), max_size=3),
    keys=st.sampled_from(WAYS),
    size=st.sampled_from([Size(80, 24), Size(61, 12), Size(20, 5), Size(3, 3)]),
)
def test_no_bytes_of_a_child_steer_the_terminal(
    recorder: Recorder, reads: list[tuple[Stream, bytes]], keys: str, size: Size
) -> None:
    fake = Stored()
    fake.take(*reads)
    stage = Stage(fake)
    stage.size = size

    presses(stage, keys)

    check(recorder, stage)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=60,
    deadline=None,
)
@given(name=names, keys=st.sampled_from(PLACES))
def test_no_name_and_no_message_steers_the_terminal(
    recorder: Recorder, name: str, keys: str
) -> None:
    fake = FakeInstance(name=name)
    fake.add_script(name, name, description=name, package=name)
    web = fake.add_process(
        name, status=ProcessStatus.FAILED, reason=name, command=name, exit_code=1
    ).id
    fake.print(web, "text")
    for kind in FindingKind:
        details = {"url": name, "label": name}
        found = Finding(kind=kind, title=name, process=web, time=EPOCH, details=details)
        fake.report(found)
    fake.set_health(
        ComponentHealth(component=name, level=HealthLevel.FAILED, count=1, error=name)
    )
    stage = Stage(fake)
    presses(stage, keys)
    check(recorder, stage)

    stage.desk.fail(name)
    stage.type(name[:5])

    check(recorder, stage)


@pytest.mark.parametrize("recorder", THEMES[:1], indirect=True, ids=["colours"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_each_attack_is_drawn_as_text_or_not_at_all(
    recorder: Recorder, attack: bytes
) -> None:
    fake = Stored()
    # Also torn apart between two reads.
    fake.take((Stream.OUT, b"before " + attack[:2]), (Stream.OUT, attack[2:]))
    fake.take((Stream.OUT, attack + b" behind\nnext line\n"))
    stage = Stage(fake)

    for keys in WAYS:
        presses(stage, keys)
        check(recorder, stage)
