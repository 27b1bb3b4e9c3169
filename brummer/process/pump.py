"""One thread that reads what all children print and types what they are sent."""

import logging
import math
import os
import selectors
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from brummer.core.clock import Clock, SystemClock
from brummer.core.threads import Role, on, spawn
from brummer.model.log import Stream
from brummer.model.process import ProcessId
from brummer.process.channel import Channel
from brummer.process.terminal import Size, resize

#: Seconds of silence after which a child that has ended counts as drained,
#: although something it started keeps its streams open.
QUIET: Final = 0.25

#: Seconds between two looks at what nobody announces: the end of a child on
#: systems without pid descriptors.
_LOOK: Final = 0.05

#: Seconds between two calls of *sweep* while there are children; it looks for
#: itself whether there is anything to do.
_SWEEP: Final = 1.0

#: Most reads of 64 KiB that are handed on of a stream that is let go; more
#: than any pipe or terminal holds.
_LAST_READS: Final = 32

#: Wake-ups taken from the pipe at once.
_BELLS: Final = 4096

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivers:
    """Who is told what the pump learns; all are called on the pump thread.

    *output* gets everything in the order of reading, with the wall-clock time,
    and may wait: meanwhile nothing is read, and children that print block.
    *exited* is called once when a child has ended, *ended* once after that when
    its output has been handed over.  (Output may still follow *ended* if
    something that the child started lives on.)  *sweep* is called now and then
    while there are children, and soon after one was let go; *failed* with
    whatever any of them raised.
    """

    output: Callable[[ProcessId, Stream, bytes, float], object]
    exited: Callable[[ProcessId], object]
    ended: Callable[[ProcessId], object]
    sweep: Callable[[], object]
    failed: Callable[[BaseException], object]


class Pump:
    """Moves bytes between children and the rest of the program.

    Threads: :meth:`start` and :meth:`close` belong to whoever owns the pump;
    :meth:`add`, :meth:`write`, :meth:`resize` and :meth:`remove` to the
    supervisor thread.  These leave a request and one byte in a pipe; the pump
    thread alone touches descriptors, so none is closed, and its number given to
    another file, while somebody else uses it.
    """

    def __init__(self, receivers: Receivers, clock: Clock | None = None) -> None:
        self._tell = receivers
        self._clock = clock or SystemClock()
        #: What other threads ask for; appended by them, taken by the pump.  Both
        #: ends of a deque are safe to use at once.
        self._requests: deque[Callable[[], object]] = deque()
        self._selector = selectors.DefaultSelector()
        self._wakeup, self._bell = os.pipe()
        os.set_blocking(self._wakeup, False)
        os.set_blocking(self._bell, False)
        self._selector.register(self._wakeup, selectors.EVENT_READ, self._on_request)
        #: Written by the pump thread, as is all below.
        self._channels: dict[ProcessId, Channel] = {}
        #: Children that have to be looked at, because nobody announces what
        #: comes next: silence, a terminal that is opened again, an end.
        self._unsettled: set[Channel] = set()
        #: Descriptors that belong to no child.
        self._attended: set[int] = set()
        #: When to sweep, in seconds of the monotonic clock: soon after children
        #: were let go, many at once if that is how they went.
        self._sweep_due = math.inf
        self._closing = False
        #: Written by :meth:`start`.
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = spawn(Role.PUMP, self._run)

    def add(self, channel: Channel) -> None:
        """Take over a child that was just started."""
        self._ask(partial(self._add, channel))

    def write(self, channel: Channel, data: bytes) -> None:
        """Type *data* into a child.

        :raises BrummerError: if it reads no more input, or too slowly.
        """
        channel.input.accept(len(data))
        self._ask(partial(self._write, channel, data))

    def resize(self, channel: Channel, size: Size) -> None:
        """Tell a child's terminals how large they are."""
        self._ask(partial(self._resize, channel, size))

    def remove(self, channel: Channel) -> None:
        """Let go of a child, after what is still there to read."""
        self._ask(partial(self._remove, channel))

    def watch(self, descriptor: int, action: Callable[[], object]) -> None:
        """Call *action* on the pump thread when *descriptor* can be read, once.

        The descriptor is the pump's from now on; it is closed before that.
        Safe from any thread.
        """
        self._ask(partial(self._attend, descriptor, action))

    def close(self) -> None:
        """Let go of all children, and end the thread; nothing may be asked after."""
        if self._thread:
            self._ask(self._stop)
            self._thread.join()
        else:
            self._finish()

    def _ask(self, request: Callable[[], object]) -> None:
        """Leave a request for the pump thread."""
        self._requests.append(request)
        # A full pipe has enough bytes in it to wake the pump.
        with suppress(BlockingIOError):
            os.write(self._bell, b"!")

    def _run(self) -> None:
        """Serve until :meth:`close`."""
        assert on(Role.PUMP)
        try:
            while not self._closing:
                self._step()
        finally:
            self._finish()

    def _finish(self) -> None:
        """Let go of everything."""
        for channel in tuple(self._channels.values()):
            self._guarded(partial(self._remove, channel))
        self._guarded(self._tell.sweep)
        self._selector.close()
        for descriptor in (*self._attended, self._wakeup, self._bell):
            os.close(descriptor)

    def _step(self) -> None:
        """Wait for something to happen, and see to it."""
        ready = self._selector.select(self._patience())
        # Taken before anything is served, because serving may wait: whoever is
        # not in *ready* is silent at this moment, and not merely unheard.
        now = self._clock.monotonic()
        for key, _ in ready:
            self._guarded(key.data)
        if self._unsettled:
            descriptors = {key.fd for key, _ in ready}
            for channel in tuple(self._unsettled):
                self._guarded(partial(self._look, channel, descriptors, now))
        if now >= self._sweep_due:
            self._sweep_due = now + _SWEEP if self._channels else math.inf
            self._guarded(self._tell.sweep)

    def _patience(self) -> float | None:
        """Return how long nothing needs to be done unless something happens."""
        if self._unsettled:
            polled = any(c.ending.descriptor is None for c in self._unsettled)
            return _LOOK if polled else QUIET
        return _SWEEP if self._channels else None

    def _guarded(self, action: Callable[[], object]) -> None:
        """Do one thing; if it fails, the rest goes on."""
        try:
            action()
        except (Exception, SystemExit) as error:
            logger.exception("something failed on the pump thread")
            with suppress(Exception):
                self._tell.failed(error)

    def _on_request(self) -> None:
        """Do what other threads asked for, in their order."""
        with suppress(BlockingIOError):
            os.read(self._wakeup, _BELLS)
        while self._requests:
            self._guarded(self._requests.popleft())

    def _stop(self) -> None:
        """Let this step be the last."""
        self._closing = True

    def _add(self, channel: Channel) -> None:
        """Watch a new child."""
        self._channels[channel.process] = channel
        self._sweep_due = min(self._sweep_due, self._clock.monotonic() + _SWEEP)
        for descriptor in channel.outputs:
            self._watch(channel, descriptor)
        if channel.ending.descriptor is not None:
            self._selector.register(
                channel.ending.descriptor,
                selectors.EVENT_READ,
                partial(self._on_exit, channel),
            )
        self._note_settled(channel)

    def _attend(self, descriptor: int, action: Callable[[], object]) -> None:
        """Wait for a descriptor that belongs to no child."""
        event = partial(self._on_event, descriptor, action)
        self._selector.register(descriptor, selectors.EVENT_READ, event)
        self._attended.add(descriptor)

    def _on_event(self, descriptor: int, action: Callable[[], object]) -> None:
        """Close a descriptor that can be read, and call who waits for that."""
        self._selector.unregister(descriptor)
        self._attended.remove(descriptor)
        os.close(descriptor)
        action()

    def _write(self, channel: Channel, data: bytes) -> None:
        """Type as much as the child takes now, the rest when it takes more."""
        channel.input.put(data)
        channel.input.flush()
        self._watch(channel, channel.input.descriptor)

    def _resize(self, channel: Channel, size: Size) -> None:
        """Set the size of the terminals that are still open."""
        for descriptor in channel.terminals:
            if descriptor in channel.open:
                resize(descriptor, size)

    def _watch(self, channel: Channel, descriptor: int) -> None:
        """Have the selector wait for what is of interest now."""
        if descriptor not in channel.open:  # its number may be another file's
            return
        wanted = channel.interest(descriptor)
        known = self._selector.get_map().get(descriptor)
        if known is None and wanted:
            served = partial(self._on_ready, channel, descriptor)
            self._selector.register(descriptor, wanted, served)
        elif known is not None and not wanted:
            self._selector.unregister(descriptor)
        elif known is not None and known.events != wanted:
            self._selector.modify(descriptor, wanted, known.data)

    def _on_ready(self, channel: Channel, descriptor: int) -> None:
        """Read and write what is possible.

        The event may be older than a :meth:`_close` just now, which the
        channel knows.
        """
        if descriptor == channel.input.descriptor and channel.input.is_waiting:
            channel.input.flush()
            self._watch(channel, descriptor)
        if descriptor in channel.outputs:
            self._read(channel, descriptor)

    def _read(self, channel: Channel, descriptor: int) -> bool:
        """Hand on what one stream has; return whether there may be more."""
        stream = channel.outputs[descriptor]
        data, closed = channel.read(descriptor)
        if closed:
            self._on_closed(channel, descriptor)
        if data:
            said = (channel.process, stream, data, self._clock.now())
            self._guarded(partial(self._tell.output, *said))
            channel.heard = self._clock.monotonic()
        if channel.exited and not channel.outputs:
            self._end(channel)
        return bool(data) and not closed

    def _read_out(self, channel: Channel, descriptor: int) -> None:
        """Hand on what is left of a stream, if it has an end."""
        for _ in range(_LAST_READS):
            if not self._read(channel, descriptor):
                return

    def _on_closed(self, channel: Channel, descriptor: int) -> None:
        """Close a stream, unless it is one that the child may open again."""
        if descriptor in channel.terminals and not channel.exited:
            channel.hung.add(descriptor)
            self._watch(channel, descriptor)
            self._note_settled(channel)
        else:
            self._close(channel, descriptor)

    def _close(self, channel: Channel, descriptor: int) -> None:
        """Forget a descriptor before its number can become another file's."""
        if descriptor not in channel.open:
            return
        if self._selector.get_map().get(descriptor) is not None:
            self._selector.unregister(descriptor)
        channel.close(descriptor)

    def _on_exit(self, channel: Channel) -> None:
        """Note that the child itself has ended; its streams may live on."""
        if channel.exited:
            return
        channel.exited = True
        channel.heard = self._clock.monotonic()
        if channel.ending.descriptor is not None:
            self._close(channel, channel.ending.descriptor)
        self._note_settled(channel)
        self._guarded(partial(self._tell.exited, channel.process))

    def _look(self, channel: Channel, ready: set[int], now: float) -> None:
        """See to a child of which nobody announces what comes next."""
        if channel.ending.descriptor is None and channel.ending.has_come():
            self._on_exit(channel)
        for descriptor in tuple(channel.hung):
            channel.hung.discard(descriptor)
            self._read(channel, descriptor)
            self._watch(channel, descriptor)
        silent = ready.isdisjoint(channel.outputs) and now - channel.heard >= QUIET
        if channel.exited and (silent or not channel.outputs):
            self._end(channel)
        self._note_settled(channel)

    def _end(self, channel: Channel) -> None:
        """Tell, once, that the child's output has been handed over."""
        if not channel.ended:
            channel.ended = True
            self._note_settled(channel)
            self._guarded(partial(self._tell.ended, channel.process))

    def _note_settled(self, channel: Channel) -> None:
        """Keep the list of children that are to be looked at."""
        if channel.is_settled or channel.process not in self._channels:
            self._unsettled.discard(channel)
        else:
            self._unsettled.add(channel)

    def _remove(self, channel: Channel) -> None:
        """Hand on the last words, close everything, and let the child go."""
        if self._channels.pop(channel.process, None) is None:
            return
        if channel.ending.has_come():
            self._on_exit(channel)
        for descriptor in tuple(channel.outputs):
            self._read_out(channel, descriptor)
        self._end(channel)
        self._unsettled.discard(channel)
        for descriptor in tuple(channel.open):
            self._close(channel, descriptor)
        channel.ending.let_go()
        self._sweep_due = 0.0
