"""No answer is larger than it may be, whatever there is to tell."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brummer.app.application import Application
from brummer.mcp.offering import GROUPS, Choice
from brummer.mcp.size import MOST, ROOM
from brummer.model.finding import Finding, FindingKind, Frame
from brummer.model.health import ComponentHealth, HealthLevel
from brummer.model.process import ProcessId, ProcessState, ProcessStatus, Usage
from brummer.model.script import ScriptId
from tests.app.conftest import Bench, bench
from tests.mcp.tools.conftest import Agent, Desk, Told
from tests.support.instance import EPOCH, FakeInstance

__all__ = ["bench"]

#: Texts with halves of characters, controls, line feeds and everything else.
TEXTS = st.text(st.characters(codec=None, categories=None), max_size=30)

#: What a file, or a program, may hold in the worst case.
HORRORS = (
    "x" * 1_000_000,
    '"\\' * 50_000,
    "\x01\x1b[31m\x7f" * 20_000,
    "\ud800\udfff" * 5_000,
    "\N{PILE OF POO}" * 50_000,
    "line\n" * 50_000,
    "\x1e" * 100,
)

#: Calls that any agent may make, by what they ask for: no more than usual, and all.
USUAL: tuple[tuple[str, Mapping[str, object]], ...] = (
    ("scripts_list", {}),
    ("scripts_status", {}),
    ("scripts_status", {"name": "p-1"}),
    ("scripts_status", {"name": "done"}),
    ("scripts_run", {"name": "done", "wait_s": 0}),
    ("ensure_running", {"name": "p-1", "wait_s": 0}),
    ("wait_for", {"what": "error", "wait_s": 0}),
    ("wait_for", {"what": "exit", "process": "done", "wait_s": 0}),
    ("wait_for", {"what": "line", "pattern": ".", "wait_s": 0}),
    ("errors_list", {}),
    ("errors_list", {"warnings": True, "resolved": True, "first": 3}),
    ("urls_list", {}),
    ("about", {}),
    ("about", {"tool": "wait_for"}),
    ("health", {}),
    ("config_get", {"changed": False}),
    ("queue_receive", {"channel": "a"}),
    ("queue_list_channels", {}),
    ("queue_stats", {}),
)


def process(name: str, text: str, **fields: Any) -> ProcessState:
    return ProcessState(
        **{
            "id": ProcessId(name),
            "name": text or "p",
            "script": ScriptId(f"s:{text}"),
            "command": text,
            "folder": Path("/"),
            "arguments": (text, text),
            "status": ProcessStatus.RUNNING,
            "started": EPOCH,
            "reason": text,
            **fields,
        }
    )


def finding(number: int, kind: FindingKind, text: str, owner: str) -> Finding:
    return Finding(
        kind=kind,
        title=text or "t",
        process=ProcessId(owner),
        time=EPOCH + number,
        line=number % 3,
        type=text,
        message=text,
        file=text,
        line_in_file=number,
        frames=(Frame(file=text, line=1, function=text),) * 50,
        causes=(text,) * 20,
        fingerprint=f"{number}",
        details={"url": text, "label": text, "tests": "\n".join([text] * 30)},
        end=number + 5_000,
    )


def fill(instance: FakeInstance, text: str, count: int) -> None:
    """Let *instance* have *count* of everything, each of which says *text*."""
    data = text.encode("utf-8", "surrogatepass").replace(b"\n", b" ")
    for number in range(count):
        instance.add_script(f"{number}{text[:2_000]}", text)
    instance.set_processes(
        process("p-1", text, ready=True),
        process("done", text, status=ProcessStatus.FAILED, exit_code=1),
        *(process(f"q-{number}", text) for number in range(count)),
    )
    instance.measure(ProcessId("p-1"), Usage(ports=tuple(range(1, 2_000))))
    instance.print(ProcessId("p-1"), *[data] * 4)
    instance.print(ProcessId("done"), *[data] * 40)
    instance.set_findings(
        finding(number, kind, text, owner)
        for number in range(max(count // 4, 1))
        for kind in FindingKind
        for owner in ("p-1", "done")
    )
    level = HealthLevel.DEGRADED
    instance.set_health(
        *(
            ComponentHealth(component=f"{n}{text}", level=level, error=text)
            for n in range(count)
        )
    )


def answers(desk: Desk) -> Mapping[str, Told]:
    """Return what every call answers, and what an error is in full."""

    async def run(agent: Agent) -> Mapping[str, Told]:
        found = {f"{t} {a}": await agent.ask(t, **a) for t, a in USUAL}
        errors = found["errors_list {}"].data["errors"]
        for row in errors[:2]:
            name = f"errors_get {row['id']}"
            found[name] = await agent.ask("errors_get", error=row["id"])
        return found

    return desk.work(run, Choice(GROUPS | {"queue-more"}))


def too_large(found: Mapping[str, Told], most: int) -> Mapping[str, int]:
    """Return the calls whose answers are too large, or did not come about."""
    return {
        call: told.size
        for call, told in found.items()
        if told.size > most or told.text.startswith("too much")
    }


@pytest.mark.parametrize("text", HORRORS, ids=range(len(HORRORS)))
@pytest.mark.timeout(120)
def test_no_usual_answer_is_larger_than_usual(tmp_path: Path, text: str) -> None:
    instance = FakeInstance(folder=tmp_path)
    desk = Desk(instance)
    fill(instance, text[:100_000], 5)

    found = answers(desk)

    desk.workers.shutdown()
    assert too_large(found, ROOM) == {}


@pytest.mark.timeout(120)
def test_of_thousands_as_many_are_told_as_fit(tmp_path: Path) -> None:
    instance = FakeInstance(folder=tmp_path)
    desk = Desk(instance)
    fill(instance, "some text that says something", 5_000)

    found = answers(desk)

    desk.workers.shutdown()
    assert too_large(found, ROOM) == {}
    assert found["scripts_status {}"].data["left_out"] > 4_900
    assert found["errors_list {}"].data["left_out"] > 1_000
    listed = found["scripts_list {}"]
    assert len(listed.data["scripts"]) + listed.data["left_out"] == 5_000


@given(text=TEXTS, count=st.integers(0, 8))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_is_there_is_told_within_bounds(
    tmp_path: Path, text: str, count: int
) -> None:
    instance = FakeInstance(folder=tmp_path)
    desk = Desk(instance)
    fill(instance, text * 100, count)

    found = answers(desk)

    desk.workers.shutdown()
    assert too_large(found, ROOM) == {}


@pytest.fixture
def application(bench: Bench) -> Application:
    return bench.application("log_store.max_bytes=67108864")


@pytest.mark.timeout(120)
def test_lines_of_megabytes_are_told_within_bounds(
    application: Application,
) -> None:
    program = (
        "import sys\n"
        "for piece in (b'x', b'\\\\x01', b'\\xff', b'\\\\\"'):\n"
        "    sys.stdout.buffer.write(piece * 10_000_000 + b'\\n')\n"
        "print('end')\n"
    )
    (application.instance.folder / "large.py").write_text(program)
    desk = Desk(application.instance)

    async def run(agent: Agent) -> Mapping[str, Told]:
        await agent.call("scripts_run", name="python3 large.py", wait_s=50)
        return {
            str(ask): await agent.call(ask[0], **ask[1])
            for ask in (
                ("logs_stream", {}),
                ("logs_search", {"query": "x", "context": 3}),
                ("scripts_status", {"name": "python3"}),
                ("logs_stream", {"limit": 10_000}),
            )
        }

    found = desk.work(run)

    desk.workers.shutdown()
    large = too_large(found, ROOM)
    assert set(large) <= {"('logs_stream', {'limit': 10000})"}
    assert too_large(found, MOST) == {}
