"""What agents do: who they are, what they call, and who is refused."""

from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from itertools import count
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from brummer.core.clock import Clock
from brummer.model.agent import (
    Activity,
    AgentCall,
    AgentClient,
    AgentRefusal,
    Era,
    Outcome,
)

#: Calls and refusals that are kept, and clients; the oldest give way.
CALLS: Final = 500
REFUSALS: Final = 200
CLIENTS: Final = 50

#: Calls under way that are shown; of more only the number is known.
RUNNING: Final = 500

#: What an audit is told of.
Record: TypeAlias = AgentCall | AgentRefusal


class Caller(NamedTuple):
    """A client as it introduced itself."""

    name: str
    version: str
    era: Era


class Request(NamedTuple):
    """What somebody calls: with *tokens*, waiting for messages of a channel or not."""

    tool: str
    arguments: str
    tokens: int
    waits_for: str = ""


class Result(NamedTuple):
    """What came of a call, in how many *tokens*.

    *arguments* are what may be shown of them, if that is less than at its beginning.
    """

    outcome: Outcome
    tokens: int = 0
    reason: str = ""
    arguments: str = ""


class Observer(Protocol):
    """Sees what clients do.

    Threads: called in the server's loop only, and must return at once.
    """

    def begin(self, caller: Caller, request: Request) -> int:
        """Take note of a call, and return its number."""

    def end(self, number: int, result: Result) -> None:
        """Take note of what came of a call."""

    def spend(self, caller: Caller, given: int, taken: int) -> None:
        """Take note of tokens that were no call: lists, for the most part."""

    def open(self, caller: Caller) -> None:
        """Take note of a session that begins."""

    def refuse(self, peer: str, status: int, reason: str) -> None:
        """Take note of somebody who was not let in."""


class Current:
    """The call of a *client* that a tool is run for."""

    def __init__(self, client: str) -> None:
        self.client: Final = client
        #: Set, in the loop, when what it wants may not be had.
        self.is_refused = False
        #: Set, in the loop, when what it types answers a question for a secret.
        self.is_hidden = False
        #: Bytes of the answer, if who made it ready has counted them.
        self.size = 0


#: The call under way, where there is one: in the task of the loop that answers it.
CURRENT: Final[ContextVar[Current | None]] = ContextVar("brummer-call", default=None)


class ActivityBook:
    """Keeps what happened last, and publishes it.

    Threads: the server's loop writes, any thread reads :attr:`activity` and
    :attr:`version`; the former is a frozen value that is replaced whole.  Its lists are
    copied for each entry: 500 references, which costs less than a thousandth of any
    call.  *changed* is called after each, on the loop; *noted* with each call that
    ended and each refusal.
    """

    def __init__(
        self,
        clock: Clock,
        changed: Callable[[], object],
        noted: Callable[[Record], object],
    ) -> None:
        self._clock = clock
        self._changed = changed
        self._noted = noted
        self._numbers = count(1)
        #: By name and version; the one that was seen last stands last.
        self._clients: dict[tuple[str, str], AgentClient] = {}
        self._running: dict[int, AgentCall] = {}
        #: Of each of these, who called and when by the other clock.
        self._begun: dict[int, tuple[Caller, float]] = {}
        self._calls: deque[AgentCall] = deque(maxlen=CALLS)
        self._refusals: deque[AgentRefusal] = deque(maxlen=REFUSALS)
        self._statuses: dict[int, int] = {}
        #: Rebound by the loop.
        self.activity = Activity()
        #: Grows with each change.
        self.version = 0

    # What is observed.

    def begin(self, caller: Caller, request: Request) -> int:
        """Take note of a call, and return its number."""
        number = next(self._numbers)
        call = AgentCall(
            number=number,
            time=self._clock.now(),
            client=caller.name,
            tool=request.tool,
            arguments=request.arguments,
            tokens_in=request.tokens,
            waits_for=request.waits_for,
        )
        self._running[number] = call
        self._begun[number] = (caller, self._clock.monotonic())
        self._see(caller)
        self._publish(running=self._shown())
        return number

    def _shown(self) -> tuple[AgentCall, ...]:
        return tuple(self._running.values())[-RUNNING:]

    def end(self, number: int, result: Result) -> None:
        """Take note of what came of a call."""
        call = self._running.pop(number)
        caller, began = self._begun.pop(number)
        ended = call._replace(
            outcome=result.outcome,
            arguments=result.arguments or call.arguments,
            milliseconds=(self._clock.monotonic() - began) * 1000,
            tokens_out=result.tokens,
            reason=result.reason,
            waits_for="",
        )
        self._calls.append(ended)
        is_bad = ended.outcome.is_bad
        before = self._see(caller)
        self._clients[caller[:2]] = before._replace(
            calls=before.calls + 1,
            errors=before.errors + is_bad,
            tokens_in=before.tokens_in + ended.tokens_in,
            tokens_out=before.tokens_out + ended.tokens_out,
        )
        self._publish(
            calls=tuple(self._calls),
            running=self._shown(),
            total=self.activity.total + 1,
            failed=self.activity.failed + is_bad,
            tokens_in=self.activity.tokens_in + ended.tokens_in,
            tokens_out=self.activity.tokens_out + ended.tokens_out,
        )
        self._noted(ended)

    def spend(self, caller: Caller, given: int, taken: int) -> None:
        """Take note of tokens that were no call: lists, for the most part."""
        before = self._see(caller)
        self._clients[caller[:2]] = before._replace(
            tokens_in=before.tokens_in + given,
            tokens_out=before.tokens_out + taken,
        )
        self._publish(
            tokens_in=self.activity.tokens_in + given,
            tokens_out=self.activity.tokens_out + taken,
        )

    def open(self, caller: Caller) -> None:
        """Take note of a session that begins."""
        before = self._see(caller)
        self._clients[caller[:2]] = before._replace(sessions=before.sessions + 1)
        self._publish()

    def refuse(self, peer: str, status: int, reason: str) -> None:
        """Take note of somebody who was not let in."""
        refusal = AgentRefusal(
            number=next(self._numbers),
            time=self._clock.now(),
            peer=peer,
            status=status,
            reason=reason,
        )
        self._refusals.append(refusal)
        # Their number is bounded by what statuses there are.
        self._statuses[status] = self._statuses.get(status, 0) + 1
        self._publish(
            refusals=tuple(self._refusals),
            statuses=tuple(sorted(self._statuses.items())),
            refused=self.activity.refused + 1,
        )
        self._noted(refusal)

    # What is published.

    def _see(self, caller: Caller) -> AgentClient:
        """Return what is known of a client that was seen now, as the last of all."""
        now = self._clock.now()
        known = self._clients.pop(caller[:2], None)
        client = (
            known._replace(last_seen=now, era=caller.era)
            if known is not None
            else AgentClient(
                name=caller.name,
                version=caller.version,
                era=caller.era,
                first_seen=now,
                last_seen=now,
            )
        )
        self._clients[caller[:2]] = client
        if len(self._clients) > CLIENTS:
            del self._clients[next(iter(self._clients))]
            forgotten = self.activity.forgotten + 1
            self.activity = self.activity._replace(forgotten=forgotten)
        return client

    def _publish(self, **changes: Any) -> None:
        self.activity = self.activity._replace(
            clients=tuple(self._clients.values()), **changes
        )
        # After it: who sees the number must find what it stands for.
        self.version += 1
        self._changed()


class Unobserved:
    """An observer that looks at nothing."""

    def begin(self, _caller: Caller, _request: Request) -> int:
        """Take note of nothing."""
        return 0

    def end(self, _number: int, _result: Result) -> None:
        """Take note of nothing."""

    def spend(self, _caller: Caller, _given: int, _taken: int) -> None:
        """Take note of nothing."""

    def open(self, _caller: Caller) -> None:
        """Take note of nothing."""

    def refuse(self, _peer: str, _status: int, _reason: str) -> None:
        """Take note of nothing."""
