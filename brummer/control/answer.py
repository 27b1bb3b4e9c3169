"""What the control server answers: one function per method of the protocol.

Everything goes through :class:`~brummer.core.instance.Instance`, so a client
of the socket can do exactly what the screen can.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Mapping
from concurrent.futures import Future
from typing import Final, TypeAlias

from brummer.control.protocol import PROTOCOL, EndedError
from brummer.core.instance import Instance
from brummer.core.looking import Looking
from brummer.core.pulse import Pulse
from brummer.core.waiting import Condition, Wait
from brummer.errors import UsageError
from brummer.logs.ansi import strip
from brummer.model.log import LogEntry
from brummer.model.process import ProcessId

#: Lines in one part of a stream or one window; a line may be long.
MAX_LINES: Final = 2_000

#: Bytes of lines in one answer; the first line always fits.
MAX_BYTES: Final = 4 * 1024 * 1024

#: What is in a log already is searched to its end even when no time is left, unless
#: it takes so long or goes on for ever (seconds).
_SEARCHING: Final = 2.0

Params = Mapping[str, object]

#: What has to be closed by whoever has enough of it.
_Stream: TypeAlias = AsyncGenerator[object, None]


class Answers:
    """Answers requests from one instance.

    Threads: the control thread only.
    """

    def __init__(self, instance: Instance, pulse: Pulse) -> None:
        self._instance = instance
        self._pulse = pulse
        self._once: Mapping[str, Callable[[Params], object]] = {
            "hello": self._hello,
            "versions": lambda _: instance.versions(),
            "processes": lambda _: list(instance.processes().values()),
            "usage": lambda _: instance.usage(),
            "scripts": lambda _: instance.scripts(),
            "findings": lambda _: instance.findings(),
            "health": lambda _: instance.health(),
            "commands": self._commands,
            "log_extent": lambda p: instance.log_extent(_process(p)),
            "log_window": self._log_window,
            "log_history": self._log_history,
            "run": self._run,
            "wait": self._wait,
        }
        self._streams: Mapping[str, Callable[[Params], _Stream]] = {
            "follow": self._follow,
            "changes": self._changes,
            "search": self._search,
        }

    def once(self, method: str, params: Params) -> object:
        """Return the answer, a :class:`concurrent.futures.Future` or a coroutine.

        :raises UsageError: for a method or parameters that do not exist.
        """
        if method not in self._once:
            known = ", ".join(sorted({*self._once, *self._streams}))
            raise UsageError(f"no method {method!r}; there are {known}")
        return self._once[method](params)

    def stream(self, method: str, params: Params) -> _Stream | None:
        """Return the stream that *method* opens, ``None`` if it opens none."""
        make = self._streams.get(method)
        return make(params) if make else None

    def _hello(self, _: Params) -> object:
        return {
            "name": self._instance.name,
            "folder": self._instance.folder,
            "pid": os.getpid(),
            "protocol": PROTOCOL,
        }

    def _commands(self, _: Params) -> object:
        return {
            name: {
                "title": command.title,
                "parameters": [
                    {
                        "name": parameter.name,
                        "kind": parameter.kind.__name__,
                        "required": parameter.required,
                        "default": parameter.default,
                        "description": parameter.description,
                    }
                    for parameter in command.parameters
                ],
            }
            for name, command in self._instance.commands().items()
        }

    def _run(self, params: Params) -> object:
        command, arguments = params.get("command"), params.get("arguments", {})
        if not isinstance(command, str) or not isinstance(arguments, dict):
            raise UsageError("run takes 'command' (text) and 'arguments' (an object)")
        return self._instance.run(command, **arguments)

    async def _wait(self, params: Params) -> object:
        """Wait on a process; ``None`` when *timeout* seconds were not enough."""
        process, timeout = _process(params), _seconds(params, "timeout")
        if process is None:
            raise UsageError("wait takes a 'process'")
        try:
            condition = Condition(str(params.get("condition", Condition.READY)))
        except ValueError as error:
            raise UsageError(f"'condition' is one of {', '.join(Condition)}") from error
        pattern = str(params.get("pattern", ""))
        wait = Wait(self._instance, process, condition, pattern, shown=strip)
        end = None if timeout is None else self._pulse.time() + timeout
        while (outcome := wait.look()) is None:
            left = 1.0 if end is None else min(1.0, end - self._pulse.time())
            if wait.is_behind and left > -_SEARCHING:
                # Others get their turn between two pages of a long log.
                await asyncio.sleep(0)
            elif self._pulse.has_ended:
                raise EndedError("the instance ended")
            elif left <= 0:
                return None
            else:
                await self._pulse.next(left)
        return outcome

    def _log_window(self, params: Params) -> object:
        first, count = _whole(params, "first", 0), _whole(params, "count", MAX_LINES)
        window = self._instance.log_window(
            first, min(count, MAX_LINES), _process(params)
        )
        return {"extent": window.extent, "entries": _fitting(window.entries)}

    async def _log_history(self, params: Params) -> object:
        """Return what :meth:`_log_window` does, also from files."""
        first, count = _whole(params, "first", 0), _whole(params, "count", MAX_LINES)
        window = await asyncio.wrap_future(
            self._instance.log_history(first, min(count, MAX_LINES), _process(params))
        )
        return {"extent": window.extent, "entries": _fitting(window.entries)}

    async def _follow(self, params: Params) -> _Stream:
        """Yield what is in the log from line *first* on, and then what comes.

        That ends with the process, or with the instance.  A client that reads
        slower than the store forgets is told how many lines it missed; it never
        makes anybody wait.
        """
        process = _process(params)
        at = _whole(params, "first", 0)
        if filters := params.get("filters"):
            async for part in self._follow_filtered(process, at, filters):
                yield part
            return
        while True:
            is_over = self._is_over(process)
            window = self._instance.log_window(at, MAX_LINES, process)
            entries = _fitting(window.entries, partial=False)
            skipped = max(0, window.extent.first - at)
            if entries or skipped:
                yield {"skipped": skipped, "entries": entries}
            at = entries[-1].number + 1 if entries else max(at, window.extent.first)
            if not entries:
                if is_over:
                    return
                await self._pulse.next(1.0)

    def _is_over(self, process: ProcessId | None) -> bool:
        """Whether nothing is printed any more; to be asked before the log is read.

        A process that has ended has printed all it will, and so has one that was
        forgotten.
        """
        if process is None or self._pulse.has_ended:
            return self._pulse.has_ended
        state = self._instance.processes().get(process)
        return state is None or state.is_finished

    async def _follow_filtered(
        self, process: ProcessId | None, at: int, filters: object
    ) -> _Stream:
        """Yield what of the log comes through *filters*, and then what comes."""
        while True:
            is_over = self._is_over(process)
            version = self._instance.versions().logs
            work = self._instance.run(
                "logs.filter", filters=filters, process=process or "", first=at
            )
            found = await asyncio.wrap_future(work)
            assert isinstance(found, dict), "it says so"
            skipped, was_at = max(0, found["first"] - at), at
            if found["entries"] or skipped:
                yield {"skipped": skipped, "entries": found["entries"]}
            at = max(at, found["next"])
            # A beat during the work is over, so the version has to tell of it.
            if at == was_at and version == self._instance.versions().logs:
                if is_over:
                    return
                await self._pulse.next(1.0)

    async def _search(self, params: Params) -> _Stream:
        """Yield what a search finds while it goes on.

        It ends when nobody wants more of it, wherever it is then.
        """
        pulse = Pulse(asyncio.get_running_loop())
        work = self._instance.log_search(pulse.beat, params)
        try:
            looking = await asyncio.wrap_future(work)
            state = "running"
            while state == "running":
                found = looking.take()
                yield found
                state = str(found["state"])
                if not found["entries"] and state == "running":
                    await pulse.next(1.0)
        finally:
            work.add_done_callback(_call_off)

    async def _changes(self, _: Params) -> _Stream:
        """Yield the versions now and after each change, at most 20 times a second."""
        last: object = None
        while True:
            has_ended = self._pulse.has_ended
            versions = self._instance.versions()
            if versions != last:
                yield versions
                last = versions
                await asyncio.sleep(0.05)
            elif has_ended:
                return
            else:
                await self._pulse.next(1.0)


def _call_off(work: Future[Looking]) -> None:
    """End a search, if it ever began."""
    if not work.cancelled() and work.exception() is None:
        work.result().cancel()


def _process(params: Params) -> ProcessId | None:
    """Return the process that *params* name, ``None`` for all."""
    name = params.get("process")
    if name is not None and not isinstance(name, str):
        raise UsageError("'process' is the id of a process")
    return ProcessId(name) if name else None


def _whole(params: Params, name: str, default: int) -> int:
    """Return a whole number that is not negative."""
    value = params.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise UsageError(f"{name!r} is a whole number from 0")
    return value


def _seconds(params: Params, name: str) -> float | None:
    """Return a time that is not negative; ``None`` if there is none."""
    value = params.get(name)
    # Asked this way round, a NaN is refused as well: it would never pass.
    if value is None or (isinstance(value, int | float) and value >= 0):
        return value
    raise UsageError(f"{name!r} is a number of seconds from 0")


def _fitting(
    entries: tuple[LogEntry, ...], *, partial: bool = True
) -> tuple[LogEntry, ...]:
    """Return the first of *entries* that fit into one answer."""
    size = 0
    for position, entry in enumerate(entries):
        size += len(entry.data) + 100
        if (size > MAX_BYTES and position) or (entry.partial and not partial):
            return entries[:position]
    return entries
