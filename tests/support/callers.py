"""Agents that called, for tests of whatever shows them."""

from typing import Any, Final

from brummer.model.agent import (
    HANDOVER,
    Activity,
    AgentCall,
    AgentClient,
    AgentRefusal,
    AgentServer,
    AgentTable,
    Era,
    Handed,
    Outcome,
    TokenKind,
)
from tests.support.instance import EPOCH

SERVER: Final = AgentServer(url="http://127.0.0.1:7777/mcp", token=TokenKind.RUN)


def call(number: int, tool: str, **fields: Any) -> AgentCall:
    """Return a call that went well, a second after the one before."""
    given = {
        "client": "codex",
        "arguments": "{}",
        "outcome": Outcome.OK,
        "milliseconds": 12.3,
        "tokens_in": 4,
        "tokens_out": 150,
        **fields,
    }
    return AgentCall(number=number, time=EPOCH + number, tool=tool, **given)


def client(name: str, **fields: Any) -> AgentClient:
    """Return a client that was seen just now."""
    given = {
        "version": "1.2",
        "era": Era.SESSION,
        "last_seen": EPOCH,
        "calls": 2,
        "tokens_in": 40,
        "tokens_out": 1_500,
        **fields,
    }
    return AgentClient(name=name, first_seen=EPOCH, **given)


def handed(number: int = 1, **fields: Any) -> Handed:
    """Return something that was handed over, an hour before it is forgotten."""
    given = {"title": "TypeError: no id", "expires": EPOCH + 3_600, **fields}
    return Handed(number=number, time=EPOCH, **given)


CALLS: Final = (
    call(1, "scripts_list"),
    call(
        2,
        "ensure_running",
        arguments='{"name": "wbe", "wait_s": 30}',
        outcome=Outcome.FAILED,
        reason="no script named 'wbe'; did you mean web?",
        milliseconds=1_234.5,
    ),
)

REFUSAL: Final = AgentRefusal(
    number=3,
    time=EPOCH + 3,
    peer="127.0.0.1:40000",
    status=401,
    reason="the token is missing or wrong",
)

WAITING: Final = call(
    4,
    "queue_receive",
    client="claude-code",
    arguments='{"channel": "handover", "wait_s": 50}',
    outcome=Outcome.RUNNING,
    waits_for=HANDOVER,
)

ACTIVITY: Final = Activity(
    clients=(client("codex", errors=1), client("claude-code", version="2.0")),
    calls=CALLS,
    running=(WAITING,),
    refusals=(REFUSAL,),
    statuses=((401, 1),),
    total=2,
    failed=1,
    refused=1,
    tokens_in=80,
    tokens_out=3_000,
)

TABLE: Final = AgentTable(server=SERVER, activity=ACTIVITY)
