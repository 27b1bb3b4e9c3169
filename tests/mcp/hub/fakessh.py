"""A program that passes for ssh: it forwards a Unix socket to a port of this machine.

What it does depends on the target's name.  Its last argument is that.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path


async def _relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(4096):
        writer.write(piece)
        await writer.drain()
    writer.close()


async def _forward(path: str, port: int) -> None:
    async def accept(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        there = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_relay(reader, there[1]), _relay(there[0], writer))

    server = await asyncio.start_unix_server(accept, path)
    async with server:
        await server.serve_forever()


def main(words: list[str]) -> None:
    """Do as the target says."""
    target = words[-1]
    Path(os.environ["FAKE_SSH"], "words").write_text("\n".join(words))
    Path(os.environ["FAKE_SSH"], "pid").write_text(str(os.getpid()))
    if target == "shut":
        sys.stderr.write("Welcome to \x1b[31mfar\x1b[0m\nPermission \adenied (key).\n")
        sys.exit(255)
    if target == "silent":
        sys.exit(1)
    if target == "slow":
        signal.pause()
    if target == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if target == "broken":
        sys.stderr.write("channel 2: open failed: connect failed\n" * 1000)
        sys.stderr.flush()
    path, _, port = words[words.index("-L") + 1].rsplit(":", 2)
    asyncio.run(_forward(path, int(port)))


if __name__ == "__main__":
    main(sys.argv[1:])
