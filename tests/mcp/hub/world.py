"""Instances in memory, and the files that tell of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from brummer.mcp.hub.sighting import Look, Sighting, file_name

#: How often an instance looks whether its file is as it wrote it, and renews it.
LOOK = 2.0
RENEWAL = 30.0


@dataclass(eq=False)
class FakeInstance:
    """One instance: a process, a port, and a file that it looks after."""

    id: str
    directory: Path
    pid: int
    port: int
    token: str
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    runs: asyncio.Event = field(default_factory=asyncio.Event)
    #: How often it was asked for a sign of life.
    pings: int = 0

    def sighting(self, written: float = 0.0) -> Sighting:
        return Sighting(
            id=self.id,
            name=self.directory.name,
            directory=self.directory,
            pid=self.pid,
            port=self.port,
            token=self.token,
            is_alive=not self.ended.is_set(),
            written=written,
        )


class FakeLink:
    """A link to one instance, as long as that lives."""

    def __init__(self, instance: FakeInstance, way: tuple[str, int, str]) -> None:
        self.instance = instance
        self.way = way
        self.heard = asyncio.get_running_loop().time()
        self.is_open = True
        self.broken = asyncio.Event()

    def hear(self) -> None:
        """Have it give a sign of life."""
        self.heard = asyncio.get_running_loop().time()

    async def ping(self) -> None:
        assert self.is_open
        self.instance.pings += 1
        await self.instance.runs.wait()
        if self.instance.ended.is_set():
            raise ConnectionResetError("nobody there")
        self.hear()

    async def gone(self) -> None:
        await self.broken.wait()


class World:
    """Everything that the hub can see, and what it cannot."""

    def __init__(self) -> None:
        self.instances: dict[int, FakeInstance] = {}
        self.files: dict[str, Sighting | str] = {}
        self.links: list[FakeLink] = []
        #: How often somebody tried to open a link.
        self.attempts: list[float] = []
        self.looks = 0
        self._changed: list[Callable[[], None]] = []
        self._pids = 100
        self._owners: set[asyncio.Task[None]] = set()

    # What the hub is given.

    async def look(self) -> Look:
        self.looks += 1
        return Look.of(
            {
                name: said if isinstance(said, str) else self._checked(said)
                for name, said in self.files.items()
            }
        )

    async def watch(self, changed: Callable[[], None]) -> None:
        self._changed.append(changed)
        await asyncio.get_running_loop().create_future()

    @contextlib.asynccontextmanager
    async def connect(self, sighting: Sighting) -> AsyncIterator[FakeLink]:
        self.attempts.append(asyncio.get_running_loop().time())
        instance = self.at(sighting.port)
        if instance is None:
            raise ConnectionRefusedError(f"nobody listens on {sighting.port}")
        await instance.runs.wait()
        if instance.token != sighting.token:
            raise PermissionError("401: the token is missing or wrong")
        link = FakeLink(instance, sighting.way)
        self.links.append(link)
        try:
            yield link
        finally:
            link.is_open = False
            self.links.remove(link)

    def at(self, port: int) -> FakeInstance | None:
        """Return who listens on *port*."""
        living = (i for i in self.instances.values() if not i.ended.is_set())
        return next((i for i in living if i.port == port), None)

    def _checked(self, sighting: Sighting) -> Sighting:
        instance = self.instances.get(sighting.pid)
        is_alive = instance is not None and not instance.ended.is_set()
        return replace(sighting, is_alive=is_alive or bool(sighting.ssh))

    # What happens to instances.

    def start(self, directory: str, port: int) -> FakeInstance:
        """Start an instance that looks after its file."""
        self._pids += 1
        instance = FakeInstance(
            id=f"{Path(directory).name}-{self._pids:04x}",
            directory=Path(directory),
            pid=self._pids,
            port=port,
            token=f"secret-{self._pids}",
        )
        instance.runs.set()
        self.instances[instance.pid] = instance
        self.write(instance)
        owner = asyncio.create_task(self._look_after(instance))
        self._owners.add(owner)
        owner.add_done_callback(self._owners.discard)
        return instance

    def kill(self, instance: FakeInstance) -> None:
        """End it without a word: its file stays."""
        instance.ended.set()
        instance.runs.set()
        self.cut(instance)

    def suspend(self, instance: FakeInstance) -> None:
        instance.runs.clear()

    def resume(self, instance: FakeInstance) -> None:
        instance.runs.set()

    def move(self, instance: FakeInstance, port: int) -> None:
        """Let its server listen elsewhere, and say so."""
        instance.port = port
        self.cut(instance)
        self.write(instance)

    def cut(self, instance: FakeInstance) -> None:
        """End its connections."""
        for link in self.links:
            if link.instance is instance:
                link.broken.set()

    # What happens to files.

    def write(self, instance: FakeInstance) -> None:
        now = asyncio.get_running_loop().time()
        self.put(file_name(instance.id), instance.sighting(now))

    def put(self, name: str, said: Sighting | str) -> None:
        self.files[name] = said
        self._tell()

    def delete(self, instance: FakeInstance) -> None:
        self.files.pop(file_name(instance.id), None)
        self._tell()

    def _tell(self) -> None:
        for changed in self._changed:
            changed()

    async def _look_after(self, instance: FakeInstance) -> None:
        loop = asyncio.get_running_loop()
        written = loop.time()
        while not instance.ended.is_set():
            await asyncio.sleep(LOOK)
            await instance.runs.wait()
            is_due = loop.time() - written >= RENEWAL
            is_whole = self.files.get(file_name(instance.id)) == instance.sighting()
            if not instance.ended.is_set() and (is_due or not is_whole):
                written = loop.time()
                self.write(instance)
