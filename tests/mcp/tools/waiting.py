"""What happens while an agent waits."""

import asyncio
from collections.abc import Callable, Mapping

from brummer.model.process import ProcessId, ProcessStatus
from tests.mcp.tools.conftest import Agent, Desk, Told
from tests.support.finding import error, url
from tests.support.instance import EPOCH, FakeInstance


def meanwhile(
    desk: Desk, change: Callable[[], object], /, tool: str, **arguments: object
) -> Told:
    """Call a tool, and let something happen while it waits."""

    async def run(agent: Agent) -> Told:
        call = asyncio.ensure_future(agent.ask(tool, **arguments))
        # Once it watches, it has looked and waits; the change wakes it.
        for _ in range(20):
            await asyncio.sleep(0)
        assert not call.done()
        change()
        return await call

    return desk.work(run)


def failed(instance: FakeInstance, process: str) -> None:
    instance.print(ProcessId(process), "no config")
    instance.report(error(process, "ValueError: no config"))
    instance.change(
        ProcessId(process),
        status=ProcessStatus.FAILED,
        exit_code=1,
        reason="exited with 1",
    )


def stop(instance: FakeInstance, process: str) -> None:
    """Let somebody stop a process."""
    instance.change(ProcessId(process), status=ProcessStatus.STOPPED, ended=EPOCH)


def begun(instance: FakeInstance) -> Mapping[str, object]:
    """Let web run and announce an address."""
    state = instance.add_process("web")
    instance.report(url(state.id, "http://localhost:3000/"))
    return {"process": state.id, "started": True}
