"""The hub, while its instances are killed, suspended, moved and hidden at random.

Takes :data:`SECONDS` of faults; ``HUB_FAULTS_S=600`` in the environment makes it ten
minutes (then ``-o faulthandler_timeout=0`` as well), and ``HUB_FAULTS_SEED`` another
run.
"""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.shared.exceptions import MCPError

from brummer.control.record import Directory, InstanceRecord
from brummer.mcp.hub.timing import Timing
from brummer.process.table import epoch, row
from tests.mcp.hub.estate import moment, text
from tests.support.site import BRUM, Site

SECONDS = float(os.environ.get("HUB_FAULTS_S", "10"))
SEED = int(os.environ.get("HUB_FAULTS_SEED", "1"))

#: Instances that are forks of a nursery, and real programs.
INFANTS = 8
REAL = 2

#: Seconds between two faults, and how long one lasts at most.
PAUSE = 0.3
LONGEST = 4.0

HALF = 0.5

#: Seconds after the last fault in which everybody has to be back.  A machine that runs
#: all tests does much else at the same time, and may take three times as long.
RECOVERY = 2 * Timing().interval * (1 if "HUB_FAULTS_S" in os.environ else 3)

#: Seconds until a program is there.
STARTING = 60.0

pytestmark = [pytest.mark.slow, pytest.mark.timeout(SECONDS + 120)]


class Nursery:
    """Starts processes that pass for instances, and writes their files."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self._process = process
        self.files = Directory(folder)
        self.folder = folder
        self._count = 0

    def start(self, name: str) -> InstanceRecord:
        """Start one, and return what its file says; it is not written yet."""
        self._count += 1
        token = f"token-{self._count}"
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{name} {token}\n")
        self._process.stdin.flush()
        found, pid, port = self._process.stdout.readline().split()
        assert found == name
        known = row(int(pid))
        assert known is not None
        here = InstanceRecord.of_this_process(
            Path("/work", name), "", id_=f"{name}-{self._count}"
        )
        return replace(
            here,
            pid=int(pid),
            port=int(port),
            start=known.identity.start,
            epoch=epoch(),
            token=token,
        )


@contextmanager
def nursery(site: Site) -> Iterator[Nursery]:
    folder = site.runtime / "brummer" / "instances"
    for place in (folder.parent, folder):
        place.mkdir(mode=0o700, exist_ok=True)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.nursery"],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Nursery(process, folder)


#: Does something to an instance, and undoes it after so many seconds.
Fault = Callable[[float], Awaitable[None]]

#: Whether a call failed, what was answered, and what had to be.
Said = tuple[bool, str, str]


class House:
    """One instance through its lives; what is done to it is undone after a while."""

    def __init__(self, name: str, nursery: Nursery) -> None:
        self.name = name
        self._nursery = nursery
        self._record = nursery.start(name)
        self._nursery.files.write(self._record)

    @property
    def _path(self) -> Path:
        return self._nursery.folder / f"{self._record.id}.json"

    async def kill(self, seconds: float) -> None:
        """Be killed, and started again in the same folder."""
        os.kill(self._record.pid, signal.SIGKILL)
        await asyncio.sleep(seconds)
        self._record = self._nursery.start(self.name)
        self._nursery.files.write(self._record)

    async def suspend(self, seconds: float) -> None:
        """Be stopped, and go on."""
        os.kill(self._record.pid, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        os.kill(self._record.pid, signal.SIGCONT)

    async def move(self, seconds: float) -> None:
        """Answer elsewhere, as the same instance."""
        before, self._record = (
            self._record,
            replace(self._nursery.start(self.name), id=self._record.id),
        )
        await asyncio.sleep(min(seconds, 1.0))
        self._nursery.files.write(self._record)
        os.kill(before.pid, signal.SIGKILL)

    async def hide(self, seconds: float) -> None:
        """Have no file for a while."""
        self._path.unlink()
        await asyncio.sleep(seconds)
        self._nursery.files.write(self._record)

    async def damage(self, seconds: float) -> None:
        """Have a file that nobody can read for a while."""
        self._path.write_text('{"id": "no')
        await asyncio.sleep(seconds)
        self._nursery.files.write(self._record)

    async def lie(self, seconds: float) -> None:
        """Have a file with the port of somebody else for a while."""
        others = [
            json.loads(path.read_text())["port"]
            for path in self._nursery.folder.glob("[!.]*.json")
            if path != self._path and path.read_text().endswith("}")
        ]
        self._nursery.files.write(replace(self._record, port=others[-1]))
        await asyncio.sleep(seconds)
        self._nursery.files.write(self._record)

    @property
    def faults(self) -> list[Fault]:
        return [self.kill, self.suspend, self.move, self.hide, self.damage, self.lie]

    async def ask(self, client: Client, dice: random.Random) -> Said:
        after = {"after": dice.random() / 10}
        if dice.random() < HALF:
            found = await client.call_tool(f"{self.name}__who", after)
        else:
            found = await client.call_tool("who", {**after, "instance": self.name})
        return found.is_error, text(found), self.name


class Program:
    """A real program, whose project is a folder of its own."""

    def __init__(self, name: str, site: Site) -> None:
        self.name = name
        self._site = site
        self._folder = site.folder.parent / name
        self._folder.mkdir()
        self._process = self._started()

    def _started(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [*BRUM, "--no-tui", "-p", "0", "-d", str(self._folder)],
            env=self._site.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    async def kill(self, seconds: float) -> None:
        """Be killed, and started again."""
        self.end()
        await asyncio.sleep(seconds)
        self._process = self._started()
        await self.begin()

    async def begin(self) -> None:
        """Wait until it says that it is there: that is not the hub's affair."""
        async with asyncio.timeout(STARTING):
            while not self._has_begun():
                await moment()

    def _has_begun(self) -> bool:
        folder = Directory(self._site.runtime / "brummer" / "instances")
        ports = {record.pid: record.port for record in folder.records()}
        return bool(ports.get(self._process.pid))

    async def suspend(self, seconds: float) -> None:
        """Be stopped, and go on."""
        self._process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self._process.send_signal(signal.SIGCONT)

    @property
    def faults(self) -> list[Fault]:
        return [self.kill, self.suspend]

    async def ask(self, client: Client, _: random.Random) -> Said:
        found = await client.call_tool(f"{self.name}__about")
        said = text(found)
        here = str(self._folder)
        return found.is_error, here if f"{here}." in said else said, here

    def end(self) -> None:
        self._process.kill()
        self._process.wait(20)


@dataclass
class Tally:
    """What came of calls."""

    answers: int = 0
    failures: int = 0
    wrong: list[str] = field(default_factory=list)


async def trouble(
    house: House | Program, until: float, dice: random.Random
) -> Counter[str]:
    """Do one thing after another to an instance; return what was done."""
    done: Counter[str] = Counter()
    while time.monotonic() < until:
        await asyncio.sleep(PAUSE + dice.random() * LONGEST)
        fault = dice.choice(house.faults)
        await fault(dice.random() * LONGEST)
        done[fault.__name__] += 1
    return done


async def ask(
    house: House | Program, client: Client, dice: random.Random, tally: Tally
) -> bool:
    """Call an instance, and count whose answer it was; return whether there was one."""
    try:
        is_error, said, wanted = await house.ask(client, dice)
    except MCPError:
        # It is not known at all just now.
        is_error, said, wanted = True, "", ""
    if is_error:
        tally.failures += 1
        return False
    tally.answers += 1
    if said != wanted:
        tally.wrong.append(f"{house.name}: {said}")
    return True


async def ask_on(
    house: House | Program, client: Client, dice: random.Random, tally: Tally
) -> None:
    while True:
        if not await ask(house, client, dice, tally):
            await asyncio.sleep(PAUSE)


async def all_back(
    houses: Sequence[House | Program],
    client: Client,
    dice: random.Random,
    tally: Tally,
) -> float:
    """Return after how many seconds every instance has answered."""
    began = time.monotonic()
    missing = list(houses)
    while missing and time.monotonic() - began < RECOVERY:
        back = await asyncio.gather(*(ask(h, client, dice, tally) for h in missing))
        pairs = zip(missing, back, strict=True)
        missing = [house for house, is_back in pairs if not is_back]
        await asyncio.sleep(PAUSE)
    names = [house.name for house in missing]
    assert not names, text(await client.call_tool("instances_list"))
    return time.monotonic() - began


async def live(
    hub: StdioServerParameters, houses: Sequence[House | Program], tally: Tally
) -> None:
    dice = random.Random(SEED)
    async with Client(stdio_client(hub)) as client:
        for house in houses:
            if isinstance(house, Program):
                await house.begin()
        await all_back(houses, client, dice, tally)
        asking = [
            asyncio.ensure_future(ask_on(house, client, dice, tally))
            for house in houses
        ]
        until = time.monotonic() + SECONDS
        done = await asyncio.gather(*(trouble(h, until, dice) for h in houses))
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        seconds = await all_back(houses, client, dice, tally)
    faults = sum(done, Counter())
    print(
        f"{tally.answers} answers, {len(tally.wrong)} wrong, {tally.failures} failures;"
        f" all back after {seconds:.1f} s; {dict(faults)}"
    )


def test_no_call_is_answered_by_another_and_all_come_back(site: Site) -> None:
    tally = Tally()
    hub = StdioServerParameters(
        command=BRUM[0], args=[*BRUM[1:], "--mcp"], env=site.environment
    )

    with nursery(site) as infants, ExitStack() as stack:
        houses: list[House | Program] = [
            House(f"house{number}", infants) for number in range(INFANTS)
        ]
        stack.callback(site.sweep)
        for number in range(REAL):
            program = Program(f"shop{number}", site)
            stack.callback(program.end)
            houses.append(program)
        asyncio.run(live(hub, houses, tally))

    assert tally.wrong == []
    assert tally.answers > len(houses)
