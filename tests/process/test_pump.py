import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from typing_extensions import override

from brummer.errors import BrummerError
from brummer.model.log import Stream
from brummer.model.process import ProcessId
from brummer.process.input import LIMIT
from brummer.process.pump import Pump, Receivers
from tests.process.rig import Receipts, Rig
from tests.support.wait import wait_until

#: Writes numbered lines; its arguments are how many and what ends the last one.
FLOOD = (
    "import sys; out = sys.stdout\n"
    "for n in range({count}): out.write('line %06d GET /api/v1/items?page=3\\n' % n)\n"
    "out.write({last!r})\n"
)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with Rig(tmp_path) as rig:
        yield rig


@pytest.fixture(params=["terminal", "pipes"])
def tty(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "terminal")


def numbered(count: int) -> bytes:
    return b"".join(b"line %06d GET /api/v1/items?page=3\n" % n for n in range(count))


def descriptors() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


def test_floods_arrive_whole_and_in_order(rig: Rig, *, tty: bool) -> None:
    program = FLOOD.format(count=50_000, last="the end")
    names = [f"flood-{n}" for n in range(4)]

    for name in names:
        rig.python(name, program, tty=tty)

    for name in names:
        rig.receipts.wait_for("ended", name)
        assert rig.receipts.text(name) == numbered(50_000) + b"the end"


def test_the_last_words_of_many_short_runs_arrive(rig: Rig, *, tty: bool) -> None:
    for number in range(300):
        child = rig.shell(f"short-{number}", "printf out; printf err >&2", tty=tty)
        rig.receipts.wait_for("ended", f"short-{number}")
        rig.close(child)

    for number in range(300):
        assert rig.receipts.text(f"short-{number}") == b"out"
        assert rig.receipts.text(f"short-{number}", Stream.ERR) == b"err"


def test_one_long_line_arrives(rig: Rig, *, tty: bool) -> None:
    rig.python("long-1", "import sys; sys.stdout.write('x' * 10_000_000)", tty=tty)

    rig.receipts.wait_for("ended", "long-1")

    assert rig.receipts.text("long-1") == b"x" * 10_000_000


def test_bytes_of_any_kind_arrive(rig: Rig, *, tty: bool) -> None:
    program = "import os; os.write(1, bytes(range(256)) * 16)"

    rig.python("bytes-1", program, tty=tty)

    rig.receipts.wait_for("ended", "bytes-1")
    assert rig.receipts.text("bytes-1") == bytes(range(256)) * 16


def test_the_end_is_told_once_and_after_the_exit(rig: Rig, *, tty: bool) -> None:
    child = rig.shell("web-1", "echo done; exit 7", tty=tty)

    rig.receipts.wait_for("ended", "web-1")
    assert child.exit_code == 7
    rig.close(child)
    rig.shell("web-2", "true", tty=tty)
    rig.receipts.wait_for("ended", "web-2")

    assert rig.receipts.history == [
        ("exited", "web-1"),
        ("ended", "web-1"),
        ("exited", "web-2"),
        ("ended", "web-2"),
    ]


def test_output_has_the_time_of_reading(rig: Rig) -> None:
    before = time.time()

    rig.shell("web-1", "echo now")

    rig.receipts.wait_for_text(b"now\n", "web-1")
    assert before <= rig.receipts.times[0] <= time.time()


def test_an_exit_is_told_while_something_keeps_the_output_open(
    rig: Rig, *, tty: bool
) -> None:
    line = "trap '' HUP; (read x </dev/null; sleep 1000) & echo first; exit 3"

    child = rig.shell("web-1", line, tty=tty)

    rig.receipts.wait_for("ended", "web-1")
    assert rig.receipts.text("web-1") == b"first\n"
    assert child.exit_code == 3
    assert child.family() != ()


def test_output_after_the_end_still_arrives(
    rig: Rig, tmp_path: Path, *, tty: bool
) -> None:
    os.mkfifo(tmp_path / "go")
    line = f"trap '' HUP; (read x <{tmp_path}/go; echo late) & exit 0"
    rig.shell("web-1", line, tty=tty)
    rig.receipts.wait_for("ended", "web-1")

    (tmp_path / "go").write_text("go\n")

    rig.receipts.wait_for_text(b"late\n", "web-1")
    assert rig.receipts.told("ended", "web-1") == 1


def test_a_child_that_closed_its_terminal_may_open_it_again(
    rig: Rig, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "go")
    line = f"exec <{tmp_path}/go >/dev/null 2>&1; read x; echo again >/dev/tty; read x"
    rig.shell("web-1", line)

    with (tmp_path / "go").open("w") as go:
        go.write("go\n")
        go.flush()
        rig.receipts.wait_for_text(b"again\n", "web-1")
        assert rig.receipts.history == []

    rig.receipts.wait_for("ended", "web-1")


def test_a_child_reads_what_it_is_sent(rig: Rig, *, tty: bool) -> None:
    child = rig.shell("web-1", "read a; read b; echo $b $a", tty=tty)

    child.write(b"one\ntw")
    child.write(b"o\n")

    rig.receipts.wait_for_text(b"two one\n", "web-1")


def test_much_input_arrives_as_the_child_takes_it(rig: Rig) -> None:
    child = rig.shell("web-1", "exec head -c 900000", tty=False)
    sent = b"0123456789" * 90_000

    child.write(sent)

    rig.receipts.wait_for("ended", "web-1")
    assert rig.receipts.text("web-1") == sent


def test_a_child_that_never_reads_stops_nobody(rig: Rig, *, tty: bool) -> None:
    deaf = rig.shell("deaf-1", "exec sleep 1000", tty=tty)
    much = b"x" * 1023 + b"\n"
    deaf.write(much * (LIMIT // len(much)))
    with pytest.raises(BrummerError, match="deaf-1 does not read its input"):
        deaf.write(b"y" * LIMIT)

    other = rig.shell("web-1", "read x; echo $x", tty=tty)
    other.write(b"hello\n")

    rig.receipts.wait_for_text(b"hello\n", "web-1")


def test_input_for_somebody_who_left_is_refused(rig: Rig) -> None:
    child = rig.shell("web-1", "exec 0<&-; echo closed; exec sleep 1000", tty=False)
    rig.receipts.wait_for_text(b"closed\n", "web-1")
    child.write(b"to nobody")

    def refused() -> bool:
        try:
            child.write(b"!")
        except BrummerError as error:
            return "reads no more input" in str(error)
        return False

    wait_until(refused)


class Reluctant(Receipts):
    """Takes nothing until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.open = threading.Event()

    @override
    def output(
        self, process: ProcessId, stream: Stream, data: bytes, time: float
    ) -> None:
        self.open.wait(10)
        super().output(process, stream, data, time)


def test_children_wait_for_a_receiver_that_waits(tmp_path: Path, *, tty: bool) -> None:
    receipts = Reluctant()
    with Rig(tmp_path, receipts=receipts) as rig:
        flood = rig.python("flood-1", FLOOD.format(count=30_000, last=""), tty=tty)
        quick = rig.shell("quick-1", "echo said", tty=tty)
        wait_until(lambda: quick.exit_code == 0)
        assert flood.exit_code is None

        receipts.open.set()

        receipts.wait_for("ended", "flood-1")
        receipts.wait_for("ended", "quick-1")
        assert receipts.text("flood-1") == numbered(30_000)
        assert receipts.text("quick-1") == b"said\n"
        assert receipts.history.index(("ended", ProcessId("quick-1"))) >= 1


class Broken(Receipts):
    """Fails at everything it is told about one process."""

    @override
    def output(
        self, process: ProcessId, stream: Stream, data: bytes, time: float
    ) -> None:
        super().output(process, stream, data, time)
        self._fail(process)

    @override
    def exited(self, process: ProcessId) -> None:
        super().exited(process)
        self._fail(process)

    @override
    def ended(self, process: ProcessId) -> None:
        super().ended(process)
        self._fail(process)

    def _fail(self, process: ProcessId) -> None:
        if process == "bad-1":
            raise ValueError(process)


def test_a_receiver_that_fails_spoils_nothing_for_others(
    tmp_path: Path, *, tty: bool
) -> None:
    receipts = Broken()
    with Rig(tmp_path, receipts=receipts) as rig:
        rig.shell("bad-1", "echo one; exit 1", tty=tty)
        receipts.wait_for("ended", "bad-1")

        rig.shell("web-1", "echo two", tty=tty)
        receipts.wait_for("ended", "web-1")

    assert receipts.text("bad-1") == b"one\n"
    assert receipts.text("web-1") == b"two\n"
    assert [str(failure) for failure in receipts.failures] == ["bad-1"] * 3


def test_a_receiver_that_fails_keeps_no_descriptor_open(
    tmp_path: Path, *, tty: bool
) -> None:
    before = descriptors()

    with Rig(tmp_path, receipts=Broken()) as rig:
        child = rig.shell("bad-1", "echo one; exec sleep 1000", tty=tty)
        rig.receipts.wait_for_text(b"one\n", "bad-1")
        child.kill()
        rig.close(child)

    assert descriptors() == before


def test_words_for_a_child_that_was_let_go_disturb_nobody(
    rig: Rig, *, tty: bool
) -> None:
    former = rig.shell("web-1", "exec sleep 1000", tty=tty)
    former.kill()
    rig.close(former)
    rig.receipts.wait_for("ended", "web-1")
    others = [rig.shell(f"web-{n}", "read x; echo $x", tty=tty) for n in (2, 3)]

    with suppress(BrummerError):
        former.write(b"x")
    former.resize(100, 30)

    for number, other in enumerate(others, 2):
        other.write(b"y\n")
        rig.receipts.wait_for("ended", f"web-{number}")
        assert rig.receipts.text(f"web-{number}") == b"y\n"


def test_a_pump_that_never_ran_can_be_closed() -> None:
    before = descriptors()
    receipts = Receipts()
    pump = Pump(
        Receivers(
            output=receipts.output,
            exited=receipts.exited,
            ended=receipts.ended,
            sweep=lambda: None,
            failed=receipts.failures.append,
        )
    )

    pump.close()

    assert descriptors() == before


def test_letting_go_of_a_child_hands_over_its_last_words(
    tmp_path: Path, *, tty: bool
) -> None:
    receipts = Reluctant()
    with Rig(tmp_path, receipts=receipts) as rig:
        rig.shell("first-1", "echo first", tty=tty)
        child = rig.shell("web-1", "echo last words; exec sleep 1000", tty=tty)
        assert child.family() != ()
        wait_until(lambda: child.family()[0].name == "sleep")
        child.kill()
        rig.close(child)

        receipts.open.set()

        receipts.wait_for("ended", "web-1")
    assert receipts.text("web-1") == b"last words\n"
    assert receipts.told("exited", "web-1") == 1


def test_closing_leaves_no_descriptor_open(tmp_path: Path, *, tty: bool) -> None:
    before = descriptors()

    with Rig(tmp_path) as rig:
        for number in range(5):
            rig.shell(f"web-{number}", "exec sleep 1000", tty=tty)

    assert descriptors() == before


def test_a_descriptor_can_be_watched_for_somebody_else(rig: Rig) -> None:
    read, write = os.pipe()
    called = threading.Event()
    rig.pump.watch(read, called.set)
    assert not called.is_set()

    os.close(write)

    assert called.wait(10)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(read)
