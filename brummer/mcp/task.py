"""Long calls that a client asks for later: the tasks extension."""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

import mcp_types as wire
from mcp.server.lowlevel.server import Server
from mcp.shared.exceptions import MCPError
from pydantic import Field

from brummer.mcp.conversation import Context
from brummer.mcp.wire import request
from brummer.model.tool import Question, Replies

#: What the extension is called.
EXTENSION: Final = "io.modelcontextprotocol/tasks"

#: How long a task can be asked for after it was last changed, and how often a client
#: should ask (milliseconds).
TTL: Final = 600_000
POLL: Final = 500

#: Tasks that are remembered; the oldest that ended make room for new ones.
MOST: Final = 200


class TaskParams(wire.RequestParams):
    """Which task is meant."""

    task_id: str


class UpdateParams(TaskParams):
    """What a client replies to the questions of a task."""

    input_responses: Mapping[str, Any] = Field(default_factory=dict)


class Status(StrEnum):
    """How far a task is; the last three are ends."""

    WORKING = "working"
    ASKING = "input_required"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


_ENDS: Final = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED})


class Task:
    """A call that goes on after it was answered.

    Threads: the loop's.
    """

    def __init__(self) -> None:
        self.id: Final = f"task_{secrets.token_urlsafe(18)}"
        self.status = Status.WORKING
        self._created = self._updated = _now()
        #: What came of it: the result or the error.
        self._outcome: dict[str, object] = {}
        #: The questions that are open, and who waits for the replies.
        self._open: dict[str, Question] = {}
        self._replies: dict[str, Mapping[str, object]] = {}
        self._asked: Future[Replies] | None = None
        self.job: asyncio.Task[None] | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing changes any more."""
        return self.status in _ENDS

    def begun(self) -> dict[str, object]:
        """Return what the client gets instead of an answer."""
        return {"resultType": "task", **self._fields()}

    def detail(self) -> dict[str, object]:
        """Return how far the task is, with the answer if there is one."""
        found = {"resultType": "complete", **self._fields(), **self._outcome}
        if self.status is Status.ASKING:
            found["inputRequests"] = {
                key: request(question).model_dump(
                    by_alias=True, mode="json", exclude_none=True
                )
                for key, question in self._open.items()
            }
        return found

    def _fields(self) -> dict[str, object]:
        return {
            "taskId": self.id,
            "status": self.status.value,
            "createdAt": self._created,
            "lastUpdatedAt": self._updated,
            "ttlMs": TTL,
            "pollIntervalMs": POLL,
        }

    def _turn(self, status: Status) -> None:
        self.status, self._updated = status, _now()

    def ask(self, questions: Mapping[str, Question], asked: "Future[Replies]") -> None:
        """Leave questions for the client."""
        if not self.is_over:
            self._open = dict(questions)
            self._asked = asked
            self._turn(Status.ASKING)

    def reply(self, responses: Mapping[str, Any]) -> None:
        """Take replies; when none is missing the call goes on."""
        for key in responses.keys() & self._open.keys():
            del self._open[key]
            self._replies[key] = responses[key]
        if self.status is Status.ASKING and not self._open:
            self._turn(Status.WORKING)
            if self._asked is not None:
                with suppress(Exception):
                    self._asked.set_result(dict(self._replies))

    def complete(self, result: wire.CallToolResult) -> None:
        """End it with an answer."""
        if not self.is_over:
            self._outcome = {
                "result": result.model_dump(
                    by_alias=True, mode="json", exclude_none=True
                )
            }
            self._turn(Status.COMPLETED)

    def fail(self, error: MCPError) -> None:
        """End it with an error of the protocol."""
        if not self.is_over:
            self._outcome = {"error": {"code": error.code, "message": str(error)}}
            self._turn(Status.FAILED)

    def cancel(self) -> None:
        """End it, whatever it does."""
        if not self.is_over:
            self._open = {}
            self._turn(Status.CANCELLED)
            if self.job is not None:
                self.job.cancel()


class Tasks:
    """The tasks of a server.

    Threads: the loop's.
    """

    def __init__(self, server: "Server[Any]") -> None:
        self._tasks: dict[str, Task] = {}
        server.extensions[EXTENSION] = {}
        server.add_request_handler("tasks/get", TaskParams, self._get)
        server.add_request_handler("tasks/update", UpdateParams, self._update)
        server.add_request_handler("tasks/cancel", TaskParams, self._cancel)

    def begin(
        self, run: Callable[[Task], Coroutine[Any, Any, wire.CallToolResult]]
    ) -> Task:
        """Begin a task.

        :raises MCPError: if too many are under way.
        """
        self._make_room()
        task = Task()
        # On record before the client hears of it.
        self._tasks[task.id] = task
        task.job = asyncio.get_running_loop().create_task(_ended(task, run(task)))
        return task

    def _make_room(self) -> None:
        while len(self._tasks) >= MOST:
            over = next((t for t in self._tasks.values() if t.is_over), None)
            if over is None:
                text = f"{MOST} tasks are under way; wait for one, or cancel one"
                raise MCPError(wire.INTERNAL_ERROR, text)
            del self._tasks[over.id]

    async def _get(self, context: Context, params: TaskParams) -> dict[str, object]:
        return self._find(context, params).detail()

    async def _update(
        self, context: Context, params: UpdateParams
    ) -> dict[str, object]:
        self._find(context, params).reply(params.input_responses)
        return {}

    async def _cancel(self, context: Context, params: TaskParams) -> dict[str, object]:
        self._find(context, params).cancel()
        return {}

    def _find(self, context: Context, params: TaskParams) -> Task:
        require(context)
        header = getattr(context.request, "headers", None)
        if (
            header is not None
            and (header.get("mcp-name") or "").strip() != params.task_id
        ):
            text = "the Mcp-Name header is not params.taskId"
            raise MCPError(wire.HEADER_MISMATCH, text)
        task = self._tasks.get(params.task_id)
        if task is None:
            raise MCPError(wire.INVALID_PARAMS, "there is no such task")
        return task

    def close(self) -> None:
        """Cancel what is under way."""
        for task in self._tasks.values():
            task.cancel()


async def _ended(task: Task, run: Coroutine[Any, Any, wire.CallToolResult]) -> None:
    """Run a task to its end."""
    try:
        task.complete(await run)
    except MCPError as error:
        task.fail(error)
    except asyncio.CancelledError:
        task.cancel()
        raise
    except BaseException:
        task.fail(MCPError(wire.INTERNAL_ERROR, "the tool failed"))
        raise


def offers(context: Context) -> bool:
    """Whether a client knows what a task is."""
    capabilities = context.session.client_capabilities
    return bool(capabilities and EXTENSION in (capabilities.extensions or {}))


def require(context: Context) -> None:
    """Find that a client knows what a task is.

    :raises MCPError: if it does not.
    """
    if not offers(context):
        raise MCPError(
            wire.MISSING_REQUIRED_CLIENT_CAPABILITY,
            "this needs a client that knows tasks",
            {"requiredCapabilities": {"extensions": {EXTENSION: {}}}},
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
