"""Calls of tools."""

import asyncio
import inspect
import logging
from asyncio import FIRST_COMPLETED
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import mcp_types as wire
from mcp.shared.exceptions import MCPError

from brummer.config.text import hint
from brummer.core.guard import cause
from brummer.errors import (
    QUOTED,
    BrummerError,
    PluginError,
    RefusedError,
    quoted,
)
from brummer.mcp.activity import CURRENT
from brummer.mcp.arguments import Checker
from brummer.mcp.catalogue import Catalogue
from brummer.mcp.conversation import Context, Conversation, remembered
from brummer.mcp.sending import Outbox
from brummer.mcp.size import compact
from brummer.mcp.sound import unsound
from brummer.mcp.task import Task, Tasks, offers, require
from brummer.mcp.wire import content, request, result, text_of
from brummer.model.offer import Recipe
from brummer.model.tool import (
    Answer,
    CannotAskError,
    LongRun,
    Tool,
    Unanswered,
    answer,
    failure,
)

logger: Final = logging.getLogger(__name__)

#: Seconds for which a call that asks first is waited for; then it is a task.
_SOON: Final = 0.5

#: Characters of an argument of a prompt: more than that it is not about.
_ARGUMENT: Final = 20_000

#: Arguments of one tool that are known to be in order.
_SOUND: Final = 1_000

#: Runs a function on a worker, and returns the future of what comes of it.
Aside = Callable[[Callable[[], object]], Future[object]]


async def called(
    aside: Aside, function: Callable[..., object], /, *args: object, **kwargs: object
) -> object:
    """Call *function* in the loop if it is ``async``, else on a worker."""
    if inspect.iscoroutinefunction(function):
        return await function(*args, **kwargs)
    return await asyncio.wrap_future(aside(partial(function, *args, **kwargs)))


@dataclass(frozen=True, slots=True)
class _Checked:
    """A tool, and what holds arguments against its schema.

    Agents ask the same again and again: *sound* are arguments of which the checker
    found that they are in order, as hashes of their JSON: there may be secrets in it.

    Threads: the loop's.
    """

    tool: Tool
    checker: Checker
    sound: set[int] = field(default_factory=set)

    def given(self, arguments: Mapping[str, object]) -> Mapping[str, object]:
        """Return *arguments* by our names, and with values of our kinds."""
        if self.tool.adapt is not None:
            arguments = self.tool.adapt(arguments)
        return self.checker.loosened(arguments)

    def problems(self, arguments: Mapping[str, object]) -> str:
        """Return what is wrong with *arguments*, a line each; empty if nothing is."""
        known = hash(compact(arguments))
        if known in self.sound:
            return ""
        problems = self.checker.problems(arguments)
        if not problems:
            if len(self.sound) >= _SOUND:
                self.sound.clear()
            self.sound.add(known)
        return problems


class Calls:
    """Calls tools for clients.

    Threads: the loop's; tools run on workers that *aside* knows, or in the loop if
    they are ``async``.
    """

    def __init__(self, catalogue: Catalogue, tasks: Tasks, aside: Aside) -> None:
        self._catalogue = catalogue
        self._tasks = tasks
        self._aside = aside
        #: By name; made when a tool is first called.
        self._checked: dict[str, _Checked] = {}
        self._outbox = Outbox()

    async def call(
        self, context: Context, params: wire.CallToolRequestParams
    ) -> wire.CallToolResult | wire.InputRequiredResult | dict[str, object]:
        """Call a tool; what is long may be answered with a task.

        :raises MCPError: if there is none of that name.
        """
        checked = self._find(params.name)
        tool = checked.tool
        if problem := unsound(params.arguments or {}):
            return result(failure(f"{params.name} was not called: {problem}"))
        arguments = checked.given(params.arguments or {})
        is_task = _becomes_task(tool, context)
        if problems := checked.problems(arguments):
            return result(failure(f"{params.name} was not called:\n{problems}"))
        arguments = checked.checker.completed(arguments)
        conversation = self._conversation(context, params)
        if is_task and not tool.asks_first:
            return self._begun(tool, context, arguments)
        try:
            if is_task:
                return await self._asked_first(tool, context, conversation, arguments)
            answered = await self._answer(tool, conversation, arguments)
        except Unanswered as unanswered:
            return _asked(unanswered, conversation)
        await conversation.flush()
        return self._sent(answered)

    def _sent(self, answered: Answer) -> dict[str, object]:
        """Return what is sent of an answer, and note how much that is."""
        sent = self._outbox.ready(answered)
        if (current := CURRENT.get()) is not None:
            current.size = sent.size
        return dict(sent.fields)

    async def _asked_first(
        self,
        tool: Tool,
        context: Context,
        conversation: Conversation,
        arguments: Mapping[str, object],
    ) -> wire.CallToolResult | dict[str, object]:
        """Begin a task when the replies are there.

        :raises Unanswered: if they are not.
        """
        conversation.becomes_task = True
        job = asyncio.ensure_future(self._answer(tool, conversation, arguments))
        answered = asyncio.ensure_future(conversation.answered.wait())
        try:
            await asyncio.wait(
                {job, answered}, timeout=_SOON, return_when=FIRST_COMPLETED
            )
        except asyncio.CancelledError:
            job.cancel()
            raise
        finally:
            answered.cancel()
        if job.done() and not conversation.answered.is_set():
            return result(job.result())

        async def run(task: Task) -> wire.CallToolResult:
            try:
                return result(await job)
            except Unanswered:
                # Others ask sooner.  Run again it asks again, now as a task.
                again = Conversation(context, conversation.replies, task.ask)
                return result(await self._answer(tool, again, arguments))

        try:
            return self._tasks.begin(run).begun()
        except MCPError:
            job.cancel()
            raise

    def _begun(
        self, tool: Tool, context: Context, arguments: Mapping[str, object]
    ) -> dict[str, object]:
        """Begin a task, and return what tells of it."""

        async def run(task: Task) -> wire.CallToolResult:
            conversation = Conversation(context, {}, task.ask)
            return result(await self._answer(tool, conversation, arguments))

        return self._tasks.begin(run).begun()

    async def prompt(
        self, recipe: Recipe, context: Context, params: wire.GetPromptRequestParams
    ) -> wire.GetPromptResult | wire.InputRequiredResult:
        """Make a prompt.

        :raises MCPError: if an argument is missing or unknown.
        """
        arguments = _prompt_arguments(recipe, params.arguments or {})
        conversation = self._conversation(context, params)
        try:
            made = await called(self._aside, recipe.make, conversation, **arguments)
        except Unanswered as unanswered:
            return _asked(unanswered, conversation)
        except BrummerError as error:
            raise MCPError(wire.INVALID_PARAMS, str(error)) from None
        parts = made if isinstance(made, Sequence) else ()
        return wire.GetPromptResult(
            description=recipe.description,
            messages=[
                wire.PromptMessage(role="user", content=content(part)) for part in parts
            ],
        )

    def _find(self, name: str) -> _Checked:
        tool = self._catalogue.offer.tools.get(name)
        if tool is None:
            raise MCPError(wire.INVALID_PARAMS, self._missing(name))
        known = self._checked.get(name)
        if known is None or known.tool is not tool:
            known = self._checked[name] = _Checked(tool, Checker(tool.parameters))
        return known

    def _missing(self, name: str) -> str:
        """Return why a tool cannot be called, and what may be meant."""
        if why := self._catalogue.withheld.get(name):
            return f"the tool {quoted(name)} is not offered: {why}"
        near = hint(name[:QUOTED], self._catalogue.offer.tools)
        rest = near or "; tools/list has those that are"
        return f"there is no tool {quoted(name)}{rest}"

    def _conversation(
        self,
        context: Context,
        params: wire.CallToolRequestParams | wire.GetPromptRequestParams,
    ) -> Conversation:
        """Return what a tool talks with the client through."""
        replies = remembered(params.request_state)
        for key, response in (params.input_responses or {}).items():
            replies[key] = response.model_dump(
                by_alias=True, mode="json", exclude_none=True
            )
        return Conversation(context, replies)

    async def _answer(
        self, tool: Tool, conversation: Conversation, arguments: Mapping[str, object]
    ) -> Answer:
        """Run a tool, and return its answer, of whatever kind.

        :raises Unanswered: if it has to be run again with replies.
        """
        try:
            found = await called(self._aside, tool.run, conversation, **arguments)
        except asyncio.CancelledError:
            conversation.cancel()
            raise
        except MCPError:
            raise
        except CannotAskError as error:
            if (told := conversation.refused(error)) is not None:
                raise told from None
            return failure(str(error))
        except PluginError as error:
            return _broken(tool, conversation, error)
        except BrummerError as error:
            return _failed(error)
        except Exception as error:
            logger.exception("tool %s failed", tool.name)
            return _broken(tool, conversation, error)
        return _answer_of(found)


def _failed(error: BrummerError) -> Answer:
    """Return what is said of *error*; who may not have what he wants is noted."""
    current = CURRENT.get()
    if isinstance(error, RefusedError) and current is not None:
        current.is_refused = True
    return failure(str(error))


def _broken(tool: Tool, conversation: Conversation, error: Exception) -> Answer:
    """Return what is said of a tool that has a bug.

    :raises MCPError: in a task: only what the tool itself says is an answer of one.
    """
    text = f"{tool.name} failed: {cause(error)}; this is a bug in it"
    if conversation.is_task:
        raise MCPError(wire.INTERNAL_ERROR, text) from error
    return failure(text)


def _answer_of(found: object) -> Answer:
    """Return what a tool returned as an answer: text and tables are fine as well."""
    if isinstance(found, Answer):
        return found
    if isinstance(found, str):
        return answer(found)
    try:
        return answer(text_of(found), found)
    except BrummerError as error:
        return failure(f"it answered what cannot be sent: {error}; this is a bug in it")


def _becomes_task(tool: Tool, context: Context) -> bool:
    """Whether a call of *tool* is answered with a task.

    :raises MCPError: if it has to be, and the client knows none.
    """
    if tool.long_run is LongRun.ALWAYS:
        require(context)
    return tool.long_run is not LongRun.NEVER and offers(context)


def _asked(
    unanswered: Unanswered, conversation: Conversation
) -> wire.InputRequiredResult:
    """Return what a client has to answer, and what it has answered so far."""
    return wire.InputRequiredResult(
        input_requests={
            key: request(question) for key, question in unanswered.questions.items()
        },
        request_state=text_of(conversation.replies),
    )


def _prompt_arguments(recipe: Recipe, given: Mapping[str, str]) -> Mapping[str, str]:
    """Return the arguments of a prompt.

    :raises MCPError: if one is missing, unknown or no text to work with.
    """
    known = {argument.name for argument in recipe.arguments}
    needed = {argument.name for argument in recipe.arguments if argument.required}
    if missing := needed - given.keys():
        text = f"{recipe.name} needs {', '.join(sorted(missing))}"
        raise MCPError(wire.INVALID_PARAMS, text)
    if unknown := given.keys() - known:
        there = ", ".join(argument.name for argument in recipe.arguments) or "none"
        text = f"{recipe.name} has no argument {min(unknown)}; there are: {there}"
        raise MCPError(wire.INVALID_PARAMS, text)
    for name, value in given.items():
        if problem := unsound(value):
            raise MCPError(wire.INVALID_PARAMS, f"{name}: {problem}")
        if len(value) > _ARGUMENT:
            text = f"{name} has {len(value):,} characters, {_ARGUMENT:,} at most"
            raise MCPError(wire.INVALID_PARAMS, text)
    return given
