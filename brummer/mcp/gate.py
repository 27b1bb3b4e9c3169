"""Who may come in: the checks before anything of the protocol is read."""

import asyncio
import hmac
import json
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from brummer.mcp.asgi import Application, Message, Receive, Scope, Send
from brummer.mcp.intake import Intake, LeftError
from brummer.mcp.page import admission, permission
from brummer.mcp.refused import Notice, RefusedError, farewell
from brummer.mcp.shortened import sentence

logger = logging.getLogger(__name__)

#: How this machine is called by those who may come in.
_HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")

#: Header fields that say one thing, and must not be there twice.
_ONCE: Final = frozenset({b"host", b"origin", b"authorization", b"content-type"})

_METHODS: Final = ("GET", "POST", "DELETE")

#: Where a browser says that a request comes from which has no ``Origin``: an image or
#: a link in somebody else's page.
_ELSEWHERE: Final = frozenset({b"cross-site", b"same-site"})

#: In the scope of a request that came so far that others tell what becomes of it.
SEEN: Final = "brummer.seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why somebody was not let in, and with which status of HTTP."""

    status: int
    reason: str
    peer: str


def logged(refusal: Refusal) -> None:
    """Note in our own log who was not let in."""
    logger.warning(
        "refused an agent from %s with %d: %s",
        refusal.peer,
        refusal.status,
        refusal.reason,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Who may come in: with *token*, if that is not empty, and from which pages.

    *body* is how many bytes a request may have.
    """

    path: str
    port: int
    token: str = field(repr=False)
    origins: Collection[str] = ()
    body: int = 4 * 1024 * 1024


class Gate:
    """Lets in who comes from this machine, from no other web page, with the token.

    ============  ======  =========================================================
    what          status  refused
    ============  ======  =========================================================
    ``Host``      421     any other name: a name that a stranger has pointed here
    ``Origin``    403     any page but our own and *origins*: one under development
                      has no rights
    path          404     any but *path*
    token         401     whoever has not got it, if there is one
    method        405     all but ``GET``, ``POST``, ``DELETE``
    type          415     what is no JSON: a page may post that without being asked
    size          413     more than may be sent at once
    ============  ======  =========================================================

    What the SDK refuses beyond that, before it comes to an answer of ours, is told
    *refused* as well.

    Threads: the loop's.
    """

    def __init__(
        self,
        application: Application,
        rule: Rule,
        refused: Callable[[Refusal], object],
    ) -> None:
        """Keep *rule*, and tell *refused* of all who break it."""
        self._application = application
        self._path = rule.path
        self._hosts = frozenset(f"{host}:{rule.port}" for host in _HOSTS)
        self._own = frozenset(f"http://{host}" for host in self._hosts)
        self._pages = frozenset(rule.origins)
        self._token = rule.token.encode()
        self._intake = Intake(rule.body)
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            return
        origin = ""
        try:
            fields = _fields(scope)
            origin = self._check_origin(fields)
            if origin and scope["method"] == "OPTIONS":
                await permission(origin, fields, send)
                return
            self._check(scope, fields)
            body = await self._intake.read(receive, fields)
        except RefusedError as refused:
            self._tell(scope, refused.status, refused.reason)
            await _refuse(send, refused, origin)
            return
        except LeftError:
            return
        except asyncio.CancelledError:
            await _say(send, farewell(b""), origin)
            return
        answer = _Answer(scope, send, origin, self._tell)
        try:
            await self._application(scope, _replayed(body, receive), answer.send)
        except asyncio.CancelledError:
            await answer.end(body)
        finally:
            self._intake.release(len(body))

    def _check_origin(self, fields: dict[bytes, bytes]) -> str:
        """Return the page that may call though it is not ours; empty if it is none.

        :raises RefusedError: if it may not, or a name is meant that is not ours.
        """
        host = fields.get(b"host", b"").decode("latin-1").lower()
        if host not in self._hosts:
            reason = f"host {host[:80]!r} is not this server"
            raise RefusedError(HTTPStatus.MISDIRECTED_REQUEST, reason)
        if (given := fields.get(b"origin")) is None:
            if fields.get(b"sec-fetch-site") in _ELSEWHERE:
                raise RefusedError(HTTPStatus.FORBIDDEN, "another page may not call")
            return ""
        origin = given.decode("latin-1")
        if origin not in self._own and origin not in self._pages:
            reason = f"origin {origin[:80]!r} may not call"
            raise RefusedError(HTTPStatus.FORBIDDEN, reason)
        return origin if origin in self._pages else ""

    def _check(self, scope: Scope, fields: dict[bytes, bytes]) -> None:
        """Find that the rest is in order.

        :raises RefusedError: if it is not.
        """
        if scope["path"] != self._path:
            raise RefusedError(HTTPStatus.NOT_FOUND, f"there is only {self._path}")
        if not self._is_known(fields.get(b"authorization", b"")):
            reason = "the token is missing or wrong"
            raise RefusedError(HTTPStatus.UNAUTHORIZED, reason)
        method = scope["method"]
        if method not in _METHODS:
            reason = f"there are only {', '.join(_METHODS)}"
            raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, reason)
        kind = fields.get(b"content-type", b"").partition(b";")[0].strip().lower()
        if method == "POST" and kind != b"application/json":
            reason = "only application/json is read"
            raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, reason)

    def _is_known(self, authorization: bytes) -> bool:
        # RFC 9110, 11.1: the name of the scheme has no case; the token has.
        scheme, _, token = authorization.partition(b" ")
        is_same = hmac.compare_digest(token.strip(), self._token)
        return not self._token or (scheme.lower() == b"bearer" and is_same)

    def _tell(self, scope: Scope, status: int, reason: str) -> None:
        peer = scope.get("client") or ("?", 0)
        self._refused(
            Refusal(
                status=int(status),
                reason=sentence(reason),
                peer=f"{peer[0]}:{peer[1]}",
            )
        )


class _Answer:
    """Passes an answer on, and tells if it is a refusal that is not ours.

    Threads: the loop's.
    """

    def __init__(
        self,
        scope: Scope,
        send: Send,
        origin: str,
        tell: Callable[[Scope, int, str], object],
    ) -> None:
        self._scope = scope
        self._pass_on = send
        self._origin = origin
        self._tell = tell
        self._status = 0
        self._has_begun = False

    async def end(self, request: bytes) -> None:
        """Say good-bye, if nothing was answered.

        It is the end of the program, which is no fault of the client, or the client
        has left, who hears nothing of this.
        """
        if not self._has_begun:
            await _say(self._pass_on, farewell(request), self._origin)

    async def send(self, message: Message) -> None:
        """Pass one message on."""
        if message["type"] == "http.response.start":
            self._has_begun = True
            self._status = message["status"]
            if self._origin:
                message["headers"] = [*message["headers"], *admission(self._origin)]
        elif self._status >= HTTPStatus.BAD_REQUEST and SEEN not in self._scope:
            said = _said(message.get("body", b""))
            self._tell(self._scope, self._status, said or "no such request")
            self._status = 0
        await self._pass_on(message)


def _said(body: bytes) -> str:
    """Return the words of a refusal, which are in JSON if they are the SDK's."""
    text = body.decode(errors="replace")
    try:
        return str(json.loads(text)["error"]["message"])
    except (LookupError, TypeError, ValueError):
        return text


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return what receives *body* first."""
    messages: list[Message] = [
        {"type": "http.request", "body": body, "more_body": False}
    ]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay


def _fields(scope: Scope) -> dict[bytes, bytes]:
    """Return the header.

    :raises RefusedError: if a field is there twice that must not be.
    """
    fields: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in fields and name in _ONCE:
            raise RefusedError(
                HTTPStatus.BAD_REQUEST, f"{name.decode()} is there twice"
            )
        fields[name] = value.strip()
    if b"transfer-encoding" in fields and b"content-length" in fields:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "its length is there twice")
    return fields


async def _refuse(send: Send, refused: RefusedError, origin: str = "") -> None:
    more = []
    if refused.status == HTTPStatus.UNAUTHORIZED:
        more.append((b"www-authenticate", b"Bearer"))
    if refused.status == HTTPStatus.METHOD_NOT_ALLOWED:
        more.append((b"allow", ", ".join(_METHODS).encode()))
    await _say(send, refused.notice, origin, more)


async def _say(
    send: Send,
    notice: Notice,
    origin: str,
    more: Collection[tuple[bytes, bytes]] = (),
) -> None:
    header = [
        (b"content-type", notice.kind),
        (b"content-length", str(len(notice.body)).encode()),
        # What the client sent and we did not read must not pass for a request.
        (b"connection", b"close"),
        *(admission(origin) if origin else ()),
        *more,
    ]
    await send(
        {"type": "http.response.start", "status": notice.status, "headers": header}
    )
    await send({"type": "http.response.body", "body": notice.body})
