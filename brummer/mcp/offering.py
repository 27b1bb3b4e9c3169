"""What Brummer itself offers to agents."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from brummer.mcp.wording import Wording
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
        return not self.objection(tool)

    def objection(self, tool: Tool) -> str:
        """Return why *tool* is not listed; nothing if it is."""
        if tool.group not in self.groups:
            return f"groups in [mcp] does not name its group, {tool.group}"
        is_harmful = self.read_only and not tool.effect.read_only
        return "the server is read-only (read_only in [mcp])" if is_harmful else ""

    def withheld(self, tools: Iterable[Tool]) -> dict[str, str]:
        """Return which of *tools* are not listed, by name, and why."""
        found = {tool.name: self.objection(tool) for tool in tools}
        return {name: why for name, why in found.items() if why}

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


class Extras:
    """What plugins offer, beside what is ours.

    Threads: :meth:`put` is called by one at a time; whoever reads :attr:`told` sees
    single steps of it.
    """

    def __init__(
        self, catalogue: Catalogue, choice: Choice, refuse: Callable[[str], object]
    ) -> None:
        """Keep *choice*; *refuse* is told what is left out."""
        self._catalogue = catalogue
        self._choice = choice
        self._refuse = refuse
        self._offered = Offers()
        self._names: tuple[str, ...] = ()
        self._withheld: tuple[str, ...] = ()
        #: All tools with their whole descriptions, by name.
        self.told: Final[dict[str, Tool]] = {}

    def put(self, more: Offers) -> None:
        """Offer *more*, and nothing else that was offered here."""
        chosen = tuple(filter(self._choice.names, more.tools))
        shown = more._replace(tools=tuple(map(self._choice.shown, chosen)))
        before, self._offered = self._offered, shown
        taken = self._catalogue.exchange(before, shown)
        for name in taken:
            self._refuse(
                f"left out of what agents are offered: there is {name} already"
            )
        self._withhold(more.tools)
        added = {tool.name: tool for tool in chosen if tool.name not in taken}
        # What stays is there all the time.
        self.told.update(added)
        for name in self._names:
            if name not in added:
                del self.told[name]
        self._names = tuple(added)

    def _withhold(self, tools: Iterable[Tool]) -> None:
        withheld = self._choice.withheld(tools)
        self._catalogue.withheld.update(withheld)
        for name in self._withheld:
            if name not in withheld:
                del self._catalogue.withheld[name]
        self._withheld = tuple(withheld)


def offer(
    catalogue: Catalogue, subject: Subject, choice: Choice, wording: Wording
) -> Callable[[], None]:
    """Put what is ours into *catalogue*; return how to end what it does.

    *wording* is told of our tools; it may know those of others already.

    Threads: to be called in the server's loop.
    """
    pulse = Pulse(asyncio.get_running_loop())
    unwatch = subject.instance.watch(pulse.beat)
    every = list(_tools(subject, pulse, wording, choice))
    own = list(filter(choice.names, every))
    catalogue.add(tools=map(choice.shown, own))
    catalogue.withheld.update(choice.withheld(every))
    wording.every.update(tool.name for tool in every)
    wording.offered.update({tool.name: tool for tool in own})
    stop = offer_reading(catalogue, subject.instance, subject.clock, wording)

    def end() -> None:
        stop()
        unwatch()
        pulse.end()

    return end


def _tools(
    subject: Subject, pulse: Pulse, wording: Wording, choice: Choice
) -> Iterator[Tool]:
    """Yield the tools of Brummer itself."""
    instance, clock, settings, messages, handover, aside = subject
    out = OutFiles(instance.folder)
    files = Files(out, aside, is_allowed=not choice.read_only)
    processes = Processes(instance, clock, wording)
    scripts = ScriptTools(instance, processes, Choices(instance), pulse)
    yield from scripts.table()
    yield from WaitTools(instance, clock, scripts, pulse).table()
    yield from LogTools(instance, processes, pulse, files).table()
    yield from FindingTools(instance, processes, files).table()
    about = AboutTools(instance, settings, wording, files)
    yield from about.table()
    places = Subscriptions(clock)
    # Read only nobody can subscribe.
    is_more = MORE in choice.groups and not choice.read_only
    queue = MessageTools(messages, clock, pulse, handover, places, is_more)
    yield from queue.table()
