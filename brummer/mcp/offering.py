"""What Brummer itself offers to agents."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

from brummer.core.clock import Clock
from brummer.core.instance import Instance
from brummer.core.pulse import Pulse
from brummer.mcp.calling import Aside
from brummer.mcp.catalogue import Catalogue
from brummer.mcp.compact import compacted
from brummer.mcp.handover import Handover
from brummer.mcp.outfile import OutFiles
from brummer.mcp.queue import MessageQueue
from brummer.mcp.reading import offer_reading
from brummer.mcp.subscriptions import Subscriptions
from brummer.mcp.tools.about import AboutTools
from brummer.mcp.tools.choice import Choices
from brummer.mcp.tools.file import Files
from brummer.mcp.tools.finding import FindingTools
from brummer.mcp.tools.log import LogTools
from brummer.mcp.tools.message import MORE, MessageTools
from brummer.mcp.tools.process import Processes
from brummer.mcp.tools.script import ScriptTools
from brummer.mcp.tools.wait import WaitTools
from brummer.model.offer import Offers
from brummer.model.tool import Tool

#: Groups of tools that are listed unless somebody says otherwise.
GROUPS: Final = frozenset({"core", "queue", "plugins"})


@dataclass(frozen=True, slots=True)
class Choice:
    """Which tools are listed: those of *groups*.

    With *read_only* none that changes anything; *compact* in few words.
    """

    groups: Collection[str] = GROUPS
    read_only: bool = False
    compact: bool = False

    def names(self, tool: Tool) -> bool:
        """Whether *tool* is listed."""
        is_harmless = tool.effect.read_only or not self.read_only
        return tool.group in self.groups and is_harmless

    def shown(self, tool: Tool) -> Tool:
        """Return *tool* as it is listed."""
        return compacted(tool) if self.compact else tool


class Subject(NamedTuple):
    """What the tools are about.

    *settings* returns each with value and origin; *messages* wakes whoever watches
    *instance* when there is a new one, and *handover* leaves some there.  *aside* runs
    a function on a worker.
    """

    instance: Instance
    clock: Clock
    settings: Callable[[], Sequence[Mapping[str, str]]]
    messages: MessageQueue
    handover: Handover
    aside: Aside


def offer(
    catalogue: Catalogue,
    subject: Subject,
    choice: Choice,
    more: Offers,
    refuse: Callable[[str], object],
) -> Callable[[], None]:
    """Put what is ours and *more* into *catalogue*; return how to end what they do.

    *refuse* is told what is left out of *more*, since there is one of that name.

    Threads: to be called in the server's loop.
    """
    pulse = Pulse(asyncio.get_running_loop())
    unwatch = subject.instance.watch(pulse.beat)
    told: dict[str, Tool] = {}
    own = list(filter(choice.names, _tools(subject, pulse, told, choice)))
    catalogue.add(tools=map(choice.shown, own))
    stop = offer_reading(catalogue, subject.instance, subject.clock)
    others = list(filter(choice.names, more.tools))
    for tool in others:
        _add(partial(catalogue.add, tools=[choice.shown(tool)]), refuse)
    # Of tools that have one name the first is offered.
    told |= {tool.name: tool for tool in reversed((*own, *others))}
    for source in more.sources:
        _add(partial(catalogue.add, sources=[source]), refuse)
    for recipe in more.recipes:
        _add(partial(catalogue.add, recipes=[recipe]), refuse)

    def end() -> None:
        stop()
        unwatch()
        pulse.end()

    return end


def _tools(
    subject: Subject, pulse: Pulse, told: Mapping[str, Tool], choice: Choice
) -> Iterator[Tool]:
    """Yield the tools of Brummer itself; *told* are all that there will be."""
    instance, clock, settings, messages, handover, aside = subject
    out = OutFiles(instance.folder)
    files = Files(out, aside, is_allowed=not choice.read_only)
    processes = Processes(instance, clock)
    scripts = ScriptTools(instance, processes, Choices(instance), pulse)
    yield from scripts.table()
    yield from WaitTools(instance, clock, scripts, pulse).table()
    yield from LogTools(instance, clock, pulse, files).table()
    yield from FindingTools(instance, clock, files).table()
    about = AboutTools(instance, settings, told, files)
    yield from about.table()
    places = Subscriptions(clock)
    is_more = MORE in choice.groups
    queue = MessageTools(messages, clock, pulse, handover, places, is_more)
    yield from queue.table()


def _add(add: Callable[[], None], refuse: Callable[[str], object]) -> None:
    try:
        add()
    except ValueError as error:
        refuse(f"left out of what agents are offered: {error}")
