"""Who calls the MCP server, what for, and who waits for what one hands over."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from brummer.core.amount import duration
from brummer.model.agent import AgentCall, AgentClient, AgentTable
from brummer.model.process import ProcessId
from brummer.tui.calls import (
    Record,
    attribute_of,
    cells_of,
    details,
    glyph_of,
    handed_row,
)
from brummer.tui.desk import Desk
from brummer.tui.keymap import Place
from brummer.tui.layers.layer import Markup
from brummer.tui.row import Row, Size, Span, printable, ready, stacked
from brummer.tui.views.view import WHEEL, rule
from brummer.tui.widgets.listing import Listing, Wording
from brummer.tui.widgets.table import Column, Line
from brummer.tui.words import counted

_CLIENTS: Final = (
    Column(title="CLIENT", width=0),
    Column(title="VERSION", width=10, least=70),
    Column(title="CALLS", width=6, right=True),
    Column(title="BAD", width=5, right=True, least=50),
    Column(title="TOKENS IN", width=9, right=True, least=100),
    Column(title="OUT", width=9, right=True, least=40),
    Column(title="SESSIONS", width=8, right=True, least=100),
    Column(title="SEEN", width=7, right=True),
)

_CALLS: Final = (
    Column(title="TIME", width=8, least=40),
    # As wide as an address with a port, for who was not let in.
    Column(title="CLIENT", width=15, least=70),
    Column(title="CALL", width=0),
    Column(title="MS", width=7, right=True, least=50),
    Column(title="TOKENS", width=7, right=True, least=60),
    Column(title="OUTCOME", width=11),
    Column(title="", width=0, least=100),
)

_WORDING: Final = Wording(noun="call", advice="nobody has called yet")
_NOBODY: Final = Wording(noun="client", advice="nobody has come yet")

#: In lower panes only the one that has the focus is shown.
_BOTH: Final = 10

#: Rows of clients at most, their head included.
_MOST_CLIENTS: Final = 8

#: Shows a text over the view, made for a number of columns.
Show = Callable[[str, Callable[[int], Sequence[Markup]]], None]


class AgentsView:
    """Clients above, their calls below, the newest first.

    *show* shows all about one call.

    Threads: the main thread only.
    """

    place = Place.MCP

    def __init__(self, desk: Desk, show: Show) -> None:
        self._desk = desk
        self._show_text = show
        self._calls: Listing[int] = Listing(desk, _CALLS, _WORDING, self._show)
        self._clients: Listing[tuple[str, str]] = Listing(
            desk, _CLIENTS, _NOBODY, self._show
        )
        self._table = AgentTable()
        self._version = -1
        self._records: dict[int, Record] = {}
        self._known: dict[tuple[str, str], AgentClient] = {}
        self._are_clients_focused = False
        #: Where the lists began when they were drawn last, and whether both were.
        self._first_client = self._first_call = 0
        self._are_both_drawn = False

    @property
    def process(self) -> ProcessId | None:
        """None: calls are about many."""
        return None

    def refresh(self) -> bool:
        """Read what is new."""
        version = self._desk.instance.versions().agents
        if version == self._version:
            return False
        self._version = version
        self._table = self._desk.instance.agents()
        activity = self._table.activity
        found: list[Record] = [
            *activity.calls,
            *activity.running,
            *activity.refusals,
        ]
        found.sort(key=lambda record: record.number, reverse=True)
        self._records = {record.number: record for record in found}
        self._known = {c[:2]: c for c in reversed(activity.clients)}
        self._show()
        return True

    def _show(self) -> None:
        """List what matches; the selection stays with its call, or with the newest."""
        self._clients.show(list(self._known))
        self._calls.follow([n for n, r in self._records.items() if self._matches(r)])

    def _matches(self, record: Record) -> bool:
        if not self._calls.is_narrowed:
            return True
        return self._calls.matches(*cells_of(record, 0.0))

    # What is drawn.

    def draw(self, size: Size) -> list[Row]:
        """Return the clients, and the calls where there is room for them."""
        glyphs, lit = self._desk.theme.glyphs, self._are_clients_focused
        head = [rule(glyphs, self._title(), size.columns, lit=lit), *self._news(size)]
        self._first_client = self._first_call = len(head)
        if not self._records and not self._known:
            return stacked([*head, *self._advice(size)], size)
        room = Size(size.columns, size.rows - len(head))
        self._are_both_drawn = room.rows >= _BOTH
        if not self._are_both_drawn:
            return stacked([*head, *self._pane(room)], size)
        most = min(_MOST_CLIENTS, room.rows // 3)
        above = Size(size.columns, min(len(self._known) + 1, most))
        below = Size(size.columns, room.rows - above.rows - 1)
        self._first_call += above.rows + 1
        title = rule(glyphs, self._totals(), size.columns, lit=not lit)
        rows = [*head, *self._client_rows(above), title, *self._call_rows(below)]
        return stacked(rows, size)

    def _pane(self, size: Size) -> list[Row]:
        """Return what has the focus."""
        is_above = self._are_clients_focused
        return self._client_rows(size) if is_above else self._call_rows(size)

    def _title(self) -> list[Span]:
        """Return where agents come in, and what they have to show."""
        server = self._table.server
        if server is None:
            return [("warn", "no agents are served")]
        parts: list[Span] = [("head", server.url), ("good", f"token {server.token}")]
        if server.read_only:
            parts.append(("note", "read-only"))
        return parts

    def _totals(self) -> list[Span]:
        activity = self._table.activity
        parts: list[Span] = [("head", counted(activity.total, "call"))]
        if activity.failed:
            parts.append(("bad", f"{activity.failed:,} failed"))
        if activity.refused:
            often = max(activity.statuses, key=lambda pair: pair[1])[0]
            parts.append(("bad", f"{activity.refused:,} not let in, most {often}"))
        tokens = activity.tokens_in + activity.tokens_out
        parts.append(("note", f"about {counted(tokens, 'token')}"))
        return parts

    def _news(self, size: Size) -> list[Row]:
        """Return who waits for what is handed over, and what became of the last."""
        if size.rows < _BOTH:
            return []
        rows: list[list[Span]] = []
        if waiting := self._table.activity.waiting:
            verb = "waits" if len(waiting) == 1 else "wait"
            text = f" {', '.join(waiting)} {verb} for what you hand over with >"
            rows.append([("note", printable(text))])
        now = self._desk.clock.now()
        kept = [handed for handed in self._table.handed if handed.expires > now]
        if kept:
            rows.append(handed_row(kept[-1], now))
        return [ready(row, size.columns) for row in rows]

    def _advice(self, size: Size) -> list[Row]:
        """Return what to do so that an agent comes."""
        server = self._table.server
        if server is None:
            lines = [printable(self._table.absence)]
        else:
            lines = [
                "Nobody has come yet.",
                "",
                f"Agents find this project at {server.url}",
                "with the token of the instance file.",
                "brumctl mcp install CLIENT sets one up;",
                "brumctl mcp list shows which there are.",
                "",
                "> in errors, logs and processes hands something to an agent;",
                "it waits in the channel handover: queue_receive.",
            ]
        return [ready([("dim", f"   {line}")], size.columns) for line in ("", *lines)]

    def _client_rows(self, size: Size) -> list[Row]:
        focus = self._are_clients_focused
        return self._clients.draw(size, self._client_line, focus=focus)

    def _call_rows(self, size: Size) -> list[Row]:
        focus = not self._are_clients_focused
        return self._calls.draw(size, self._call_line, focus=focus)

    def _client_line(self, key: tuple[str, str]) -> Line:
        client = self._known[key]
        glyphs, now = self._desk.theme.glyphs, self._desk.clock.now()
        is_busy = any(c.client == client.name for c in self._table.activity.running)
        glyph = glyphs.running if is_busy else glyphs.stopped
        cells = (
            client.name,
            client.version,
            f"{client.calls:,}",
            f"{client.errors:,}" if client.errors else "",
            f"{client.tokens_in:,}",
            f"{client.tokens_out:,}",
            f"{client.sessions:,}" if client.sessions else "",
            duration(max(0.0, now - client.last_seen)),
        )
        return Line(glyph, "good" if is_busy else "dim", [printable(c) for c in cells])

    def _call_line(self, number: int) -> Line:
        record = self._records[number]
        glyph = glyph_of(record, self._desk.theme.glyphs)
        cells = cells_of(record, self._desk.clock.now())
        return Line(glyph, attribute_of(record), [printable(c) for c in cells])

    # What the keys do.

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys of the view do, in the pane that has the focus."""
        focused = self._clients if self._are_clients_focused else self._calls
        return {
            **focused.moves(),
            **focused.pages(),
            **self._calls.commands(),
            "call.open": self._open,
            "item.copy": self._copy,
            "pane.next": self._next_pane,
        }

    def _open(self) -> None:
        """Show all about a call, or the calls of a client."""
        if self._are_clients_focused:
            self._calls.narrow((self._clients.key or ("", ""))[0])
            self._are_clients_focused = False
            return
        record = self._records.get(self._calls.key or 0)
        if record is not None:
            self._show_text(f"Call {record.number}", partial(details, record))

    def _copy(self) -> None:
        """Copy the arguments of a call, or where agents come in."""
        record = self._records.get(self._calls.key or 0)
        server = self._table.server
        if isinstance(record, AgentCall):
            self._desk.copy(record.arguments, "the arguments of the call")
        elif record is not None:
            self._desk.copy(record.reason, "why it was refused")
        elif server is not None:
            self._desk.copy(server.url, server.url)

    def _next_pane(self) -> None:
        self._are_clients_focused = not self._are_clients_focused

    def click(self, row: int, /) -> None:
        """Select what was clicked on."""
        if self._first_client <= row < self._first_call - 1:
            self._are_clients_focused = True
            self._clients.click(row - self._first_client)
        elif row >= self._first_call:
            self._are_clients_focused = not self._is_call(row)
            focused = self._clients if self._are_clients_focused else self._calls
            focused.click(row - self._first_call)

    def wheel(self, row: int, lines: int, /) -> None:
        """Move through the list under the pointer."""
        focused = self._calls if self._is_call(row) else self._clients
        focused.move(lines // WHEEL or lines)

    def _is_call(self, row: int) -> bool:
        """Whether a row is one of the calls; where one list is drawn, it has it all."""
        if self._are_both_drawn:
            return row >= self._first_call
        return not self._are_clients_focused
