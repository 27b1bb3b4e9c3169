"""Seeing what clients ask, and what they are answered."""

import asyncio
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError

from brummer.core.guard import cause
from brummer.mcp.activity import CURRENT, Caller, Current, Observer, Request, Result
from brummer.mcp.conversation import is_modern
from brummer.mcp.gate import SEEN
from brummer.mcp.shortened import HIDDEN, line, sentence, shortened
from brummer.model.agent import BYTES_PER_TOKEN, Era, Outcome

Context = ServerRequestContext[Any, Any]

#: What counts as a call, and where it says what is called.
_CALLS: Final[Mapping[str, str]] = {
    "tools/call": "name",
    "resources/read": "uri",
    "prompts/get": "name",
}

#: How answers are counted: as they are sent.
_JSON: Final = json.JSONEncoder(ensure_ascii=False, default=str, separators=(",", ":"))

#: Requests of which it is remembered what is shown of them.
_REQUESTS: Final = 200

#: Characters of what clients say of themselves.
_NAME: Final = 60


class Observing:
    """Tells an observer of each request; a middleware of the SDK's server.

    Threads: the loop's.
    """

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        #: What is shown of requests, by what is asked: as a hash of its JSON, for there
        #: may be secrets in it.
        self._shown: dict[tuple[str, int], Request] = {}

    async def __call__(self, ctx: Context, call_next: CallNext) -> HandlerResult:
        """Answer a request as ever, and tell of it."""
        if ctx.request_id is None:
            return await call_next(ctx)
        if ctx.request is not None:
            # What comes of it is told here, and need not be by the gate.
            ctx.request.scope[SEEN] = True
        if ctx.method in _CALLS:
            return await self._call(ctx, call_next)
        caller = caller_of(ctx)
        if ctx.method == "initialize":
            self._observer.open(caller)
        answered = await call_next(ctx)
        self._observer.spend(caller, _tokens(ctx.params), _tokens(answered))
        return answered

    async def _call(self, context: Context, call_next: CallNext) -> HandlerResult:
        caller = caller_of(context)
        current = Current(caller.name)
        number = self._observer.begin(caller, self._request(context))
        result = Result(Outcome.CANCELLED)
        token = CURRENT.set(current)
        try:
            answered = await call_next(context)
            result = _result(answered, current)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            result = Result(Outcome.FAILED, 0, sentence(_told(error)))
            raise
        finally:
            CURRENT.reset(token)
            if current.is_hidden:
                hidden = {**_arguments(context), HIDDEN: True}
                result = result._replace(arguments=shortened(hidden))
            self._observer.end(number, result)
        return answered

    def _request(self, context: Context) -> Request:
        """Return what is shown of a request; agents ask the same again and again."""
        params, arguments = context.params or {}, _arguments(context)
        name = str(params.get(_CALLS[context.method], "?"))
        text = _encoded(arguments)
        key = (context.method, hash((name, text)))
        known = self._shown.get(key)
        if known is None:
            known = _request(context.method, name, arguments, _size(text))
            if len(self._shown) >= _REQUESTS:
                self._shown.clear()
            self._shown[key] = known
        return known


def caller_of(context: Context) -> Caller:
    """Return who asks: as the client says, else what stands in the request."""
    era = Era.REQUEST if is_modern(context) else Era.SESSION
    known = context.session.client_params
    if known is not None:
        info = known.client_info
        return Caller(_cut(info.name), _cut(info.version), era)
    # Its first request says it, and is not taken note of before it is answered.
    given = (context.params or {}).get("clientInfo")
    if isinstance(given, Mapping) and "name" in given:
        return Caller(_cut(given["name"]), _cut(given.get("version", "")), era)
    header = context.request.headers if context.request is not None else {}
    name, _, version = header.get("user-agent", "somebody").partition("/")
    return Caller(_cut(name), _cut(version.partition(" ")[0]), era)


def _cut(text: object) -> str:
    """Return what a client says as it may be shown: it may say anything."""
    return _printable(str(text)[:_NAME])


@lru_cache(_REQUESTS)
def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text) or "?"


def _request(
    method: str, name: str, arguments: Mapping[str, Any], size: int
) -> Request:
    shown = line(name)
    waits_for = ""
    if method == "tools/call":
        waits_for = str(arguments.get("channel", ""))[:_NAME]
    else:
        shown = f"{method} {shown}"
    return Request(shown, shortened(arguments), _in_tokens(size), waits_for)


def _arguments(context: Context) -> Mapping[str, Any]:
    given = (context.params or {}).get("arguments")
    return given if isinstance(given, Mapping) else {}


def _result(answered: HandlerResult, current: Current) -> Result:
    """Return what came of a call, as its answer says."""
    fields = answered if isinstance(answered, dict) else {}
    tokens = _in_tokens(current.size) if current.size else _tokens(answered)
    kind = fields.get("resultType")
    if current.is_refused:
        return Result(Outcome.REFUSED, tokens, _first_text(fields))
    if fields.get("isError"):
        return Result(Outcome.FAILED, tokens, _first_text(fields))
    if kind == "input_required":
        return Result(Outcome.ASKED, tokens)
    return Result(Outcome.BEGUN if kind == "task" else Outcome.OK, tokens)


def _first_text(fields: Mapping[str, Any]) -> str:
    texts = (part.get("text") for part in fields.get("content") or ())
    return sentence(next((str(text) for text in texts if text), ""))


def _told(error: Exception) -> str:
    return error.error.message if isinstance(error, MCPError) else cause(error)


def _tokens(value: object) -> int:
    """Return about how many tokens *value* is, as the JSON that is sent."""
    return _in_tokens(_size(_encoded(value)))


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def _encoded(value: object) -> str:
    """Return the JSON of what is sent; empty for nothing."""
    if not value:
        return ""
    try:
        return _JSON.encode(value)
    except (RecursionError, ValueError):
        # It is refused by whoever reads it next, or was answered as an error.
        return ""


def _in_tokens(size: int) -> int:
    return -(-size // BYTES_PER_TOKEN)
