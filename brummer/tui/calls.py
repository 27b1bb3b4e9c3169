"""Calls of agents, and what is handed to them, in words."""

import json
import textwrap
import time
from typing import Final, TypeAlias

from brummer.core.amount import duration
from brummer.model.agent import AgentCall, AgentRefusal, Handed, Outcome
from brummer.tui.layers.layer import Markup
from brummer.tui.row import Span, printable
from brummer.tui.theme import Glyphs

#: What is listed: calls, and who was not let in.
Record: TypeAlias = AgentCall | AgentRefusal

#: Lines of arguments or of a reason that are shown.
_LONGEST: Final = 40

#: How each outcome looks; one that is not here is as it should be.
_ATTRIBUTE: Final = {
    Outcome.RUNNING: "note",
    Outcome.ASKED: "note",
    Outcome.BEGUN: "note",
    Outcome.OK: "good",
    Outcome.FAILED: "bad",
    Outcome.REFUSED: "bad",
    Outcome.CANCELLED: "dim",
}


def outcome_of(record: Record) -> Outcome:
    """Return what came of a call; who was not let in was refused."""
    return Outcome.REFUSED if isinstance(record, AgentRefusal) else record.outcome


def attribute_of(record: Record) -> str:
    """Return how a call looks."""
    return _ATTRIBUTE[outcome_of(record)]


def glyph_of(record: Record, glyphs: Glyphs) -> str:
    """Return the sign of what came of a call."""
    return {
        Outcome.OK: glyphs.success,
        Outcome.FAILED: glyphs.failed,
        Outcome.REFUSED: "!",
        Outcome.CANCELLED: glyphs.stopped,
    }.get(outcome_of(record), glyphs.running)


def cells_of(record: Record, now: float) -> tuple[str, ...]:
    """Return when, who, what, how long, how many tokens, what came of it, and more."""
    clock = _clock(record.time)
    if isinstance(record, AgentRefusal):
        outcome = f"refused {record.status}"
        return clock, record.peer, "(not let in)", "", "", outcome, record.reason
    call = record
    tokens = f"{call.tokens_in + call.tokens_out:,}"
    taken = f"{call.milliseconds:,.0f}"
    if call.outcome is Outcome.RUNNING:
        taken, tokens = duration(max(0.0, now - call.time)), ""
    # What went wrong says more than what was asked.
    more = call.reason or (call.arguments if call.arguments != "{}" else "")
    return clock, call.client, call.tool, taken, tokens, str(call.outcome), more


def details(record: Record, columns: int) -> list[Markup]:
    """Return all that is known of a call."""
    rows: list[Markup] = [
        [("head", name.ljust(11)), (attribute, printable(value))]
        for name, value, attribute in _facts(record)
        if value
    ]
    if isinstance(record, AgentCall) and record.arguments != "{}":
        rows += [[], [("head", "arguments")], *_arguments(record.arguments, columns)]
    if record.reason:
        rows += [[], [("head", "reason")], *_folded(record.reason, columns)]
    return rows


def _facts(record: Record) -> list[tuple[str, str, str | None]]:
    day = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.time))
    look = attribute_of(record)
    if isinstance(record, AgentRefusal):
        return [
            ("time", day, None),
            ("from", record.peer, None),
            ("outcome", f"refused with {record.status}", look),
        ]
    is_over = record.outcome is not Outcome.RUNNING
    return [
        ("time", day, None),
        ("client", record.client, None),
        ("call", record.tool, None),
        ("outcome", str(record.outcome), look),
        ("took", f"{record.milliseconds:,.1f} ms" if is_over else "", None),
        ("tokens in", f"about {record.tokens_in:,}", None),
        ("tokens out", f"about {record.tokens_out:,}" if is_over else "", None),
    ]


def _arguments(text: str, columns: int) -> list[Markup]:
    """Return arguments one to a line; what was cut is no JSON any more."""
    try:
        found = json.loads(text)
    except ValueError:
        return _folded(text, columns)
    lines = [
        f"{name}: {json.dumps(v, ensure_ascii=False)}" for name, v in found.items()
    ]
    return [row for line in lines for row in _folded(line, columns)]


def _folded(text: str, columns: int) -> list[Markup]:
    room = max(10, columns - 2)
    lines = textwrap.wrap(printable(text), room)[:_LONGEST]
    return [[(None, f"  {line}")] for line in lines]


def handed_row(handed: Handed, now: float) -> list[Span]:
    """Return what became of something that was handed over, and what it is.

    A title may be longer than the screen is wide.
    """
    takers = ", ".join(handed.taken_by)
    became: Span = ("good", f"taken by {printable(takers)}")
    if not takers:
        left = duration(max(0.0, handed.expires - now))
        became = ("warn", f"no agent took it yet, kept for {left}")
    return [
        ("dim", f" {_clock(handed.time)} handed over, "),
        became,
        ("dim", ": "),
        (None, printable(handed.title)),
    ]


def _clock(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(seconds))
