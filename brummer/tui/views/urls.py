"""The servers that processes announced, and whether they answer."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from brummer.core.amount import ago
from brummer.model.process import ProcessId
from brummer.model.server import Server, servers
from brummer.tui.desk import Desk
from brummer.tui.keymap import Place
from brummer.tui.row import Row, Size, printable, stacked
from brummer.tui.views.view import WHEEL
from brummer.tui.widgets.listing import Listing, Wording
from brummer.tui.widgets.table import Column, Line

_COLUMNS: Final = (
    Column(title="URL", width=0),
    Column(title="LABEL", width=12, least=60),
    Column(title="PROC", width=12, least=40),
    Column(title="STATE", width=12),
    Column(title="SINCE", width=10, right=True, least=70),
)

_WORDING: Final = Wording(
    noun="URL", advice="no URLs: servers that say where they listen are shown here"
)

#: Seconds between two looks at whether they answer, while they are shown.
_PAUSE: Final = 10.0


class _Health(NamedTuple):
    """What the last look at a server showed."""

    alive: bool
    problem: str
    seconds: float


class UrlsView:
    """One line for each server.

    *browse* opens an address.  *tunnel* returns what to type elsewhere to reach a
    port of this machine; empty if one sits here.

    Whether they answer is looked at only while they are shown, and then seldom.

    Threads: the main thread only; a command looks at the servers aside.
    """

    place = Place.URLS

    def __init__(
        self,
        desk: Desk,
        browse: Callable[[str], None],
        tunnel: Callable[[int], str],
    ) -> None:
        self._desk = desk
        self._browse = browse
        self._tunnel = tunnel
        self._list: Listing[str] = Listing(desk, _COLUMNS, _WORDING, self._show)
        self._servers: dict[str, Server] = {}
        self._health: dict[str, _Health] = {}
        self._versions = (-1, -1)
        self._is_looking = False
        self._looked: float | None = None

    @property
    def process(self) -> ProcessId | None:
        """The process of the selected server."""
        server = self._server
        return server.process if server else None

    @property
    def _server(self) -> Server | None:
        return self._servers.get(self._list.key or "")

    def refresh(self) -> bool:
        """Read what is new."""
        instance = self._desk.instance
        versions = instance.versions()
        present = (versions.findings, versions.processes)
        if present == self._versions:
            return False
        self._versions = present
        found = servers(instance.findings(), instance.processes())
        if any(server.url not in self._servers for server in found):
            self._looked = None
        self._servers = {server.url: server for server in found}
        self._health = {u: h for u, h in self._health.items() if u in self._servers}
        self._show()
        return True

    def _show(self) -> None:
        wanted = [
            server.url
            for server in self._servers.values()
            if self._list.matches(server.url, server.label, server.name)
        ]
        self._list.show(wanted)

    # Whether they answer.

    def _look(self) -> None:
        """Look again if the last time is long ago."""
        now = self._desk.clock.monotonic()
        is_due = self._looked is None or now - self._looked >= _PAUSE
        if self._servers and is_due:
            self._check()

    def _check(self) -> None:
        """Look whether the servers answer, unless that is under way."""
        self._looked = self._desk.clock.monotonic()
        if not self._is_looking:
            self._is_looking = True
            self._desk.run(
                "servers.list", self._take, otherwise=self._not_seen, check=True
            )

    def _take(self, found: object) -> None:
        self._is_looking = False
        rows = found if isinstance(found, list | tuple) else []
        self._health = {
            str(row["url"]): _Health(
                bool(row["alive"]), str(row["problem"]), float(row["seconds"] or 0)
            )
            for row in rows
            if row["alive"] is not None
        }

    def _not_seen(self, reason: str) -> None:
        self._is_looking = False
        self._desk.fail(reason)

    # What is drawn.

    def draw(self, size: Size) -> list[Row]:
        """Return the servers."""
        self._look()
        return stacked(self._list.draw(size, self._line), size)

    def _line(self, url: str) -> Line:
        server = self._servers[url]
        glyphs = self._desk.theme.glyphs
        health = self._health.get(url)
        glyph, attribute, state = glyphs.pending, "dim", ""
        if health is not None and health.alive:
            glyph, attribute = glyphs.running, "good"
            state = f"up {health.seconds * 1000:.0f}ms"
        elif health is not None:
            glyph, attribute, state = glyphs.failed, "bad", health.problem
        since = ago(self._desk.clock.now() - server.first_seen)
        cells = (url, server.label, server.name, state, since)
        return Line(glyph, attribute, [printable(cell) for cell in cells])

    # What the keys do.

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys of the view do."""
        return {
            **self._list.moves(),
            **self._list.pages(),
            **self._list.commands(),
            "url.open": self._open,
            "url.check": self._check,
            "item.copy": self._copy,
        }

    def _open(self) -> None:
        """Open the server in a browser, or tell how to reach it from elsewhere."""
        server = self._server
        if server is None:
            return
        tunnel = self._tunnel(server.port) if server.is_here else ""
        if tunnel:
            self._desk.copy(tunnel, tunnel)
            return
        self._browse(server.url)
        self._desk.say(f"opening {server.url}")

    def _copy(self) -> None:
        server = self._server
        if server is not None:
            self._desk.copy(server.url, server.url)

    def click(self, row: int, /) -> None:
        """Select the server that was clicked on."""
        self._list.click(row)

    def wheel(self, _row: int, lines: int, /) -> None:
        """Move through the list."""
        self._list.move(lines // WHEEL or lines)
