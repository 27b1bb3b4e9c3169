"""Calls tools all the time, from many clients at once; run as a module.

It does as little as it can, so that what is measured is the server.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, cycle
from typing import Any, Final, NamedTuple

#: What to say in each era of the protocol.
ERAS: Final = ("2025-11-25", "2026-07-28")

_META: Final = "io.modelcontextprotocol"


class Call(NamedTuple):
    """A tool, and what it is called with."""

    tool: str
    arguments: Mapping[str, object]


class Job(NamedTuple):
    """What to call, where, and how often."""

    port: int
    token: str
    era: str
    clients: int
    seconds: float
    #: Each client goes round them, and begins at another.
    calls: Sequence[Call]
    #: Seconds that a client rests after each call.
    pause: float = 0.0


class Client:
    """One connection."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._session = ""
        self._numbers = count(1)

    @property
    def _is_modern(self) -> bool:
        return self._job.era == ERAS[1]

    async def open(self) -> None:
        """Connect, and begin a session if there are such."""
        self._reader, self._writer = await asyncio.open_connection(
            "127.0.0.1", self._job.port
        )
        if not self._is_modern:
            await self._begin()

    async def _begin(self) -> None:
        info = {"name": "caller", "version": "1"}
        params = {
            "protocolVersion": self._job.era,
            "capabilities": {},
            "clientInfo": info,
        }
        opening = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}
        status, header, _ = await self._send(opening, {})
        assert status == 200, status
        self._session = header["mcp-session-id"]
        await self._send({"jsonrpc": "2.0", "method": "notifications/initialized"}, {})

    async def call(self, call: Call) -> str:
        """Call a tool; return what was wrong with the answer, if anything."""
        params: dict[str, object] = {"name": call.tool, "arguments": call.arguments}
        more = {}
        if self._is_modern:
            params["_meta"] = {
                f"{_META}/protocolVersion": self._job.era,
                f"{_META}/clientCapabilities": {},
            }
            more = {"Mcp-Method": "tools/call", "Mcp-Name": call.tool}
        number = next(self._numbers)
        request = {"jsonrpc": "2.0", "id": number, "method": "tools/call"}
        status, _, body = await self._send({**request, "params": params}, more)
        found: Any = json.loads(body[body.index(b"{") :]) if b"{" in body else {}
        result = found.get("result", {})
        is_right = status == 200 and found.get("id") == number and "content" in result
        return "" if is_right and not result.get("isError") else f"{status} {found}"

    async def _send(
        self, message: Mapping[str, object], more: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        body = json.dumps(message).encode() if message else b""
        fields = {
            "Host": f"127.0.0.1:{self._job.port}",
            "Authorization": f"Bearer {self._job.token}",
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "Content-Length": str(len(body)),
            **more,
        }
        if self._session:
            fields["Mcp-Session-Id"] = self._session
        if self._session or self._is_modern:
            fields["MCP-Protocol-Version"] = self._job.era
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        method = "POST" if message else "DELETE"
        self._writer.write(f"{method} /mcp HTTP/1.1\r\n{head}\r\n".encode() + body)
        return await self._receive()

    async def _receive(self) -> tuple[int, Mapping[str, str], bytes]:
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        pairs = (line.partition(": ") for line in lines[1:] if line)
        header = {name.lower(): value for name, _, value in pairs}
        status = int(lines[0].split()[1])
        if "transfer-encoding" not in header:
            length = int(header.get("content-length", "0"))
            return status, header, await self._reader.readexactly(length)
        return status, header, b"".join([part async for part in self._chunks()])

    async def _chunks(self) -> Any:
        while size := int(await self._reader.readuntil(b"\r\n"), 16):
            yield (await self._reader.readexactly(size + 2))[:-2]
        await self._reader.readexactly(2)

    async def close(self) -> None:
        """Leave, and end the session: there is room for so many."""
        if self._session:
            await self._send({}, {})
        self._writer.close()


async def run(job: Job) -> dict[str, object]:
    """Call for so many seconds; return how long each took, by tool, in ms."""
    clients = [Client(job) for _ in range(job.clients)]
    for client in clients:
        await client.open()
    times: dict[str, list[float]] = {call.tool: [] for call in job.calls}
    wrong: list[str] = []
    began = time.perf_counter()
    await asyncio.gather(
        *(
            _repeat(client, _calls(job, number), (times, wrong), job)
            for number, client in enumerate(clients)
        )
    )
    took = time.perf_counter() - began
    for client in clients:
        await client.close()
    return {"seconds": took, "times": times, "wrong": wrong[:20], "failed": len(wrong)}


def _calls(job: Job, first: int) -> Iterator[Call]:
    start = first % len(job.calls)
    return cycle([*job.calls[start:], *job.calls[:start]])


async def _repeat(
    client: Client,
    calls: Iterator[Call],
    found: tuple[dict[str, list[float]], list[str]],
    job: Job,
) -> None:
    """Call one after the other until the time is up."""
    times, wrong = found
    end = time.perf_counter() + job.seconds
    while (began := time.perf_counter()) < end:
        call = next(calls)
        if problem := await client.call(call):
            wrong.append(problem[:200])
        times[call.tool].append((time.perf_counter() - began) * 1000)
        if job.pause:
            await asyncio.sleep(job.pause)


if __name__ == "__main__":
    words = json.loads(sys.argv[1])
    words["calls"] = [Call(*call) for call in words["calls"]]
    print(json.dumps(asyncio.run(run(Job(**words)))))
