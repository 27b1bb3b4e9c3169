"""Finds the web servers that processes announce in their output."""

from collections import deque
from collections.abc import Collection, Iterator
from typing import Final

import brummer
from brummer_urls.address import Address, Scope, addresses
from brummer_urls.announcement import announces
from brummer_urls.label import label
from brummer_urls.text import link_targets, plain

#: What is remembered: processes, and servers of each.
_MOST_PROCESSES: Final = 1_000
_MOST_SERVERS: Final = 32

_Origin = tuple[str, str, int]


class UrlDetector:
    """Reports each server that a process announces, once per process.

    *hosts* are further names that mean this machine.

    Threads: :meth:`detect` is called on the log thread, which alone owns what was
    seen.  :meth:`forget` may be called from any thread; it only leaves a note in a
    deque, whose ends are safe to use from two threads, for the log thread to read.
    """

    name = "urls"
    prefilter = (
        b"http://",
        b"https://",
        b"ws://",
        b"wss://",
        b"localhost:",
        b"127.0.0.1:",
        b"[::1]:",
        b"0.0.0.0:",
        b"[::]:",
    )

    def __init__(self, hosts: Collection[str] = ()) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        #: Owned by the log thread; oldest process first.  Beside each server stands
        #: whether it was announced with more than its sockets.
        self._seen: dict[brummer.ProcessId, dict[_Origin, bool]] = {}
        #: Any thread puts in, the log thread takes out.
        self._ended: deque[brummer.ProcessId] = deque(maxlen=_MOST_PROCESSES)

    def detect(self, entry: brummer.LogEntry) -> tuple[brummer.Finding, ...]:
        """Return the servers that *entry* announces and that are new."""
        self._clear()
        return tuple(
            _finding(entry, text, address)
            for text, address in self._announced(entry.text)
            if self._is_new(entry.process, address)
        )

    def forget(self, process: brummer.ProcessId) -> None:
        """Forget what *process* announced: it has ended."""
        self._ended.append(process)

    def _announced(self, line: str) -> Iterator[tuple[str, Address]]:
        """Yield the servers in *line* with the text that announces them."""
        text = plain(line)
        found = [
            (text, address)
            for address in addresses(text, self._hosts)
            if address.scope is not Scope.FOREIGN and announces(text, address)
        ]
        yield from found or self._linked(text, line)

    def _linked(self, text: str, line: str) -> Iterator[tuple[str, Address]]:
        """Yield the servers that *line* shows as links with another text."""
        for target in link_targets(line):
            linked = f"{text}: {target}"
            for address in addresses(linked, self._hosts):
                if (
                    address.start > len(text)
                    and address.scope is not Scope.FOREIGN
                    and announces(linked, address)
                ):
                    yield linked, address

    def _is_new(self, process: brummer.ProcessId, address: Address) -> bool:
        """Whether *address* is the first of its server, or the first of its pages."""
        seen = self._seen.setdefault(process, {})
        has_pages = seen.get(address.origin)
        if has_pages is None and len(seen) >= _MOST_SERVERS:
            return False
        seen[address.origin] = bool(has_pages) or not address.is_socket
        return has_pages is None or seen[address.origin] is not has_pages

    def _clear(self) -> None:
        while self._ended:
            self._seen.pop(self._ended.popleft(), None)
        # A line that comes after its process was forgotten opens an account that
        # nobody closes, hence the bound.
        while len(self._seen) > _MOST_PROCESSES:
            del self._seen[next(iter(self._seen))]


def _finding(entry: brummer.LogEntry, text: str, address: Address) -> brummer.Finding:
    name = entry.process.rpartition("-")[0] or entry.process
    words = label(text[: address.start], text[address.end :], name)
    if address.scope is Scope.NETWORK:
        words = "network"
    return brummer.Finding(
        kind=brummer.FindingKind.URL,
        title=f"{words}: {address.url}",
        process=entry.process,
        time=entry.time,
        line=entry.number,
        fingerprint="url:" + " ".join(map(str, address.origin)),
        details={"url": address.url, "label": words},
    )
