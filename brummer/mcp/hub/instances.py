"""The tool by which an agent sees which instances there are."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import mcp_types as wire

from brummer.mcp import schema
from brummer.mcp.hub.link import Peer, PeerState
from brummer.mcp.hub.roster import SEPARATOR
from brummer.mcp.moment import ago
from brummer.mcp.table import columns

NAME: Final = "instances_list"

TOOL: Final[Mapping[str, Any]] = {
    "name": NAME,
    "title": "List running Brummers",
    "description": (
        "Every Brummer on this machine: label (the prefix of its tools, or their"
        " argument instance), folder, state, pid. dead ones have ended."
    ),
    "inputSchema": dict(schema.arguments()),
    "outputSchema": dict(schema.result(instances=schema.items("one per instance"))),
    "annotations": {
        "title": "List running Brummers",
        "readOnlyHint": True,
        "destructiveHint": False,
        "idempotentHint": True,
        "openWorldHint": False,
    },
}

#: Instances that are told of; the dead are left out first.
_MOST: Final = 100


def answer(peers: Sequence[Peer], now: float) -> dict[str, Any]:
    """Return which instances there are, as the result of the tool."""
    ordered = sorted(peers, key=lambda peer: (peer.state is PeerState.DEAD, peer.label))
    rows = [_row(peer, now) for peer in ordered[:_MOST]]
    lines = columns(
        [
            ("label", "state", "pid", "folder", "problem"),
            *(
                (
                    row["label"],
                    f"{row['state']} {ago(row['for_s'])}",
                    str(row["pid"]),
                    row["folder"],
                    row["problem"],
                )
                for row in rows
            ),
        ]
    )
    if not rows:
        lines = ["No Brummer is running. Start one with brum in the project's folder."]
    elif left := len(ordered) - len(rows):
        lines.append(f"... {left} more, dead or last by label")
    text = "\n".join(lines)
    return {
        "content": [wire.TextContent(text=text).model_dump(exclude_none=True)],
        "structuredContent": {"instances": rows},
    }


def is_asked_about(name: str, arguments: Mapping[str, object]) -> bool:
    """Whether a call of *name* asks for what there is to know about this tool.

    Instances have a tool for that, which knows their own.
    """
    return name.rpartition(SEPARATOR)[2] == "about" and arguments.get("tool") == NAME


def about() -> dict[str, Any]:
    """Return what there is to know about this tool, as an instance would."""
    text = f"{NAME}: {TOOL['description']}"
    return {
        "content": [wire.TextContent(text=text).model_dump(exclude_none=True)],
        "structuredContent": {"name": NAME},
    }


def _row(peer: Peer, now: float) -> dict[str, Any]:
    sighting = peer.sighting
    return {
        "label": peer.label,
        "id": peer.id,
        "name": sighting.name,
        "folder": str(sighting.directory),
        "state": peer.state.value,
        "for_s": round(max(0.0, now - peer.since), 1),
        "pid": sighting.pid,
        "port": sighting.port,
        "ssh": sighting.ssh,
        "retries": peer.retries,
        "problem": peer.problem,
    }
