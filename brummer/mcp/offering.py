"""What Brummer itself offers to agents."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from brummer.core.clock import Clock
from brummer.core.instance import Instance
from brummer.core.pulse import Pulse
from brummer.mcp.catalogue import Catalogue
from brummer.mcp.queue import MessageQueue
from brummer.mcp.tools.about import AboutTools
from brummer.mcp.tools.finding import FindingTools
from brummer.mcp.tools.log import LogTools
from brummer.mcp.tools.message import MessageTools
from brummer.mcp.tools.script import ScriptTools
from brummer.mcp.tools.wait import WaitTools

#: Groups of tools that are listed unless somebody says otherwise.
GROUPS: Final = frozenset({"core", "queue"})


@dataclass(frozen=True, slots=True)
class Choice:
    """Which tools are listed: those of *groups*.

    With *read_only* none that changes anything.
    """

    groups: Collection[str] = GROUPS
    read_only: bool = False


def offer(
    catalogue: Catalogue,
    instance: Instance,
    clock: Clock,
    settings: Callable[[], Sequence[Mapping[str, str]]],
    choice: Choice,
) -> Callable[[], None]:
    """Put the tools of Brummer into *catalogue*; return how to end what they do.

    Threads: to be called in the server's loop.
    """
    pulse = Pulse(asyncio.get_running_loop())
    unwatch = instance.watch(pulse.beat)
    scripts = ScriptTools(instance, clock)
    tools = (
        *scripts.table(),
        *WaitTools(instance, clock, scripts, pulse).table(),
        *LogTools(instance, pulse).table(),
        *FindingTools(instance, clock).table(),
        *AboutTools(instance, settings).table(),
        *MessageTools(MessageQueue(clock, pulse.beat), clock, pulse).table(),
    )
    catalogue.add(
        tools=[
            tool
            for tool in tools
            if tool.group in choice.groups
            and (tool.effect.read_only or not choice.read_only)
        ]
    )

    def end() -> None:
        unwatch()
        pulse.end()

    return end
