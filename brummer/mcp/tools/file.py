"""Answers that go into a file of the project instead of into an agent's context."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

from brummer.errors import RefusedError
from brummer.mcp import schema
from brummer.mcp.outfile import OutFiles
from brummer.mcp.size import cleaned, compact, sound
from brummer.mcp.table import Row, cut
from brummer.model.tool import ENSURES, READS, Answer, Effect, answer

#: Bytes of a file at most.
LARGEST: Final = 16 * 1024 * 1024

#: Characters of its first and last line that are told.
_LINE: Final = 200


@dataclass(frozen=True, slots=True)
class Files:
    """Writes what a tool found, and tells what was written.

    Threads: the server's loop; the writing, and what leads to it, is done on a worker
    that *aside* knows.
    """

    out: OutFiles
    aside: Callable[[Callable[[], object]], Future[object]]
    is_allowed: bool = True

    @property
    def effect(self) -> Effect:
        """What a tool may do that reads, and writes a file if that is wanted."""
        return ENSURES if self.is_allowed else READS

    def argument(self) -> Mapping[str, schema.Schema]:
        """Return the argument with which a file is asked for, if it may be."""
        about = (
            "write to this new file of the project instead, and answer with a summary;"
            " JSON if it ends with .json"
        )
        return {"output_file": schema.text(about, "")} if self.is_allowed else {}

    async def write(
        self, path: str, rows: Iterable[Row], lines: Iterable[str]
    ) -> Answer:
        """Write *lines*, or *rows* if it is to be JSON, and tell what was written.

        Both are only asked for on the worker: to make many of them takes its time.

        :raises BrummerError: if that may not be, or is not possible.
        """
        done = await asyncio.wrap_future(
            self.aside(lambda: self._told(path, rows, lines))
        )
        assert isinstance(done, Answer)
        return done

    def _told(self, path: str, rows: Iterable[Row], lines: Iterable[str]) -> Answer:
        """Write them, on any thread."""
        kept = list(lines)
        body = _json(rows) if path.endswith(".json") else _text(kept)
        if len(body) > LARGEST:
            raise RefusedError(
                f"output_file: {len(body):,} bytes are too many, {LARGEST:,} can be;"
                " ask for fewer"
            )
        done = self.out.write(path, body)
        data: dict[str, object] = {
            "path": done.path,
            "lines": len(kept),
            "bytes": done.size,
        }
        if kept:
            data |= {"first": cut(kept[0], _LINE), "last": cut(kept[-1], _LINE)}
        said = [f"wrote {len(kept):,} lines, {done.size:,} bytes to {done.path}"]
        said += [f"{name}: {data[name]}" for name in ("first", "last") if name in data]
        # In an object of its own: programs know other names by other kinds.
        return answer("\n".join(said), {"written": data})


def _text(lines: Iterable[str]) -> bytes:
    return "".join(f"{sound(line)}\n" for line in lines).encode()


def _json(rows: Iterable[Row]) -> bytes:
    whole = ",\n".join(compact(cleaned(row)) for row in rows)
    return f"[\n{whole}\n]\n".encode()
