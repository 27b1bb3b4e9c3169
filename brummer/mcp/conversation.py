"""One call of a tool, as the tool sees it."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from threading import Lock
from typing import Any, Final, TypeAlias

import mcp_types as wire
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp.shared.message import ServerMessageMetadata
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import TypeAdapter

from brummer.core.guard import attempt
from brummer.errors import BrummerError
from brummer.mcp.wire import REPLIES, request
from brummer.model.tool import Asking, CannotAskError, Question, Replies, Unanswered

Context = ServerRequestContext[Any, Any]

#: Notifications of one call that may wait to be sent; then the oldest are dropped.
_WAITING: Final = 100

_LEVELS: Final[TypeAdapter[wire.LoggingLevel]] = TypeAdapter(wire.LoggingLevel)

#: How a client says that it can be asked.
_CAPABILITY: Final[Mapping[Asking, str]] = {
    Asking.PERSON: "elicitation",
    Asking.MODEL: "sampling",
    Asking.ROOTS: "roots",
}

#: Where the questions of a task are left until the client comes to answer them.
Desk: TypeAlias = Callable[[Mapping[str, Question], "Future[Replies]"], object]


def is_modern(context: Context) -> bool:
    """Whether the client speaks a version without sessions."""
    return context.protocol_version in MODERN_PROTOCOL_VERSIONS


class Conversation:
    """A call in progress, between a tool and a client.

    Threads: a tool may use it on any; what is to be sent waits in a deque, whose
    steps are atomic, and one task of the server's loop sends it in order.  The lock
    guards who has to be told of a cancellation against the moment of it.
    """

    def __init__(
        self,
        context: Context,
        replies: Replies,
        desk: Desk | None = None,
    ) -> None:
        self._context = context
        self._desk = desk
        self._replies = dict(replies)
        self._loop = asyncio.get_running_loop()
        #: Set before the call begins if it becomes a task unless it is done soon.
        self.becomes_task = False
        #: Set when something was asked whose replies were there.
        self.answered = asyncio.Event()
        #: Appended to by any thread, emptied by the loop.
        self._outgoing: deque[Callable[[], Awaitable[None]]] = deque(maxlen=_WAITING)
        #: Set and cleared by the loop alone.
        self._sending: asyncio.Task[None] | None = None
        self._cancelling = Lock()
        #: Both written under the lock.
        self._is_cancelled = False
        self._stops: list[Callable[[], object]] = []

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self._is_cancelled

    @property
    def may_last(self) -> bool:
        """Whether it is a task, or becomes one if it takes its time."""
        return self.is_task or self.becomes_task

    @property
    def is_task(self) -> bool:
        """Whether the call was answered already, and goes on."""
        return self._desk is not None

    @property
    def replies(self) -> Replies:
        """What the client has replied so far."""
        return self._replies

    def on_cancel(self, stop: Callable[[], object]) -> None:
        """Have *stop* called when nobody waits any more; at once if that is so."""
        with self._cancelling:
            is_late = self._is_cancelled
            if not is_late:
                self._stops.append(stop)
        if is_late:
            stop()

    def cancel(self) -> None:
        """Say that nobody waits any more."""
        with self._cancelling:
            self._is_cancelled = True
            stops, self._stops = self._stops, []
        for stop in stops:
            attempt(stop)

    def progress(self, done: float, total: float | None = None, text: str = "") -> None:
        """Tell the client how far it is."""
        session = self._context.session
        self._send(lambda: session.report_progress(done, total, text or None))

    def log(self, level: str, data: object) -> None:
        """Send a message, if the client wants such."""
        session, request_id = self._context.session, self._context.request_id
        name = _LEVELS.validate_python(level)
        self._send(
            lambda: session.send_log_message(name, data, related_request_id=request_id)
        )

    def _send(self, action: Callable[[], Awaitable[None]]) -> None:
        self._outgoing.append(action)
        # The loop may be closed by now: then nobody listens either.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._begin_sending)

    def _begin_sending(self) -> None:
        if self._sending is None or self._sending.done():
            self._sending = self._loop.create_task(self._send_all())

    async def _send_all(self) -> None:
        while self._outgoing:
            # A client that left is not told, and the tool need not know.
            with suppress(MCPError, OSError):
                await self._outgoing.popleft()()

    async def flush(self) -> None:
        """Wait until everything is sent: after the answer nothing may follow."""
        await asyncio.sleep(0)
        if self._sending is not None:
            await self._sending
        await self._send_all()

    def ask(self, questions: Mapping[str, Question]) -> Future[Replies]:
        """Ask the client."""
        asked: Future[Replies] = Future()
        if all(key in self._replies for key in questions):
            self._loop.call_soon_threadsafe(self.answered.set)
            asked.set_result({key: self._replies[key] for key in questions})
        elif missing := next(
            (q.of for q in questions.values() if not self.offers(q.of)), None
        ):
            asked.set_exception(CannotAskError(missing))
        elif self._desk is not None:
            # Cancelled with the call, and not before: so a tool can tell why.
            self.on_cancel(asked.cancel)
            self._loop.call_soon_threadsafe(self._desk, questions, asked)
        elif is_modern(self._context):
            asked.set_exception(Unanswered(questions))
        else:
            self.on_cancel(asked.cancel)
            self._loop.call_soon_threadsafe(
                lambda: self._loop.create_task(self._ask(questions, asked))
            )
        return asked

    def offers(self, of: Asking) -> bool:
        """Whether the client says that it can be asked that."""
        capabilities = self._context.session.client_capabilities
        offered = getattr(capabilities, _CAPABILITY[of], None)
        if isinstance(offered, wire.ElicitationCapability) and offered.url is not None:
            # It may show pages alone; what we ask is a form.
            return offered.form is not None
        return offered is not None

    def refused(self, error: CannotAskError) -> MCPError | None:
        """Return how the protocol says *error*; ``None`` if it has no words for it.

        Clients with a session are answered in words, as by any tool that fails.
        """
        if not is_modern(self._context):
            return None
        return MCPError(
            wire.MISSING_REQUIRED_CLIENT_CAPABILITY,
            str(error),
            {"requiredCapabilities": {_CAPABILITY[error.of]: {}}},
        )

    async def _ask(
        self, questions: Mapping[str, Question], asked: "Future[Replies]"
    ) -> None:
        try:
            for key, question in questions.items():
                self._replies[key] = await self._ask_one(question)
        except MCPError as error:
            _settle(asked, BrummerError(f"the client refused: {error}"))
        except BaseException as error:
            _settle(asked, error)
            raise
        else:
            with suppress(Exception):
                asked.set_result({key: self._replies[key] for key in questions})

    async def _ask_one(self, question: Question) -> Mapping[str, object]:
        reply = await self._context.session.send_request(
            request(question),
            REPLIES[question.of],
            metadata=_beside(self._context.request_id),
        )
        return reply.model_dump(by_alias=True, mode="json", exclude_none=True)


def _settle(asked: "Future[Replies]", error: BaseException) -> None:
    # It is cancelled already if the call was.
    with suppress(Exception):
        asked.set_exception(error)


def _beside(request_id: wire.RequestId | None) -> ServerMessageMetadata:
    return ServerMessageMetadata(related_request_id=request_id)


def remembered(state: str | None) -> dict[str, Mapping[str, object]]:
    """Return the replies that were sealed into the state of an earlier round."""
    if not state:
        return {}
    found = json.loads(state)
    return found if isinstance(found, dict) else {}
