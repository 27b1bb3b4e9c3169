"""Who may come in: the checks before anything of the protocol is read."""

import hmac
import logging
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, TypeAlias

logger: Final = logging.getLogger(__name__)

#: What an ASGI application is called with.
Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

#: How this machine is called by those who may come in.
_HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")

#: Header fields that say one thing, and must not be there twice.
_ONCE: Final = frozenset({b"host", b"origin", b"authorization"})


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
    """Who may come in: with *token*, if that is not empty, and from which pages."""

    path: str
    port: int
    token: str = field(repr=False)
    origins: Collection[str] = ()


class Gate:
    """Lets in who comes from this machine, from no other web page, with the token.

    ============  ======  =========================================================
    what          status  refused
    ============  ======  =========================================================
    ``Host``      421     any other name: a name that a stranger has pointed here
    ``Origin``    403     any page but our own and *origins*: one under development
                      has no rights
    token         401     whoever has not got it, if there is one
    path          404     any but *path*
    ============  ======  =========================================================

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
        own = (f"http://{host}" for host in self._hosts)
        self._origins = frozenset({*own, *rule.origins})
        self._authorization = f"Bearer {rule.token}".encode() if rule.token else b""
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            return
        fields, twice = _fields(scope)
        status, reason = self._verdict(scope["path"], fields, twice)
        if status:
            peer = scope.get("client") or ("?", 0)
            self._refused(
                Refusal(status=status, reason=reason, peer=f"{peer[0]}:{peer[1]}")
            )
            await _refuse(send, status, reason)
            return
        await self._application(scope, receive, send)

    def _verdict(
        self, path: str, fields: dict[bytes, bytes], twice: bytes
    ) -> tuple[int, str]:
        """Return with which status to refuse, and why; 0 to let in."""
        host = fields.get(b"host", b"").decode("latin-1").lower()
        origin = fields.get(b"origin")
        if twice:
            return 400, f"{twice.decode()} is there twice"
        if host not in self._hosts:
            return 421, f"host {host[:80]!r} is not this server"
        if origin is not None and origin.decode("latin-1") not in self._origins:
            return 403, f"origin {origin.decode('latin-1')[:80]!r} may not call"
        if path != self._path:
            return 404, f"there is only {self._path}"
        if not self._is_known(fields.get(b"authorization", b"")):
            return 401, "the token is missing or wrong"
        return 0, ""

    def _is_known(self, authorization: bytes) -> bool:
        return not self._authorization or hmac.compare_digest(
            authorization, self._authorization
        )


def _fields(scope: Scope) -> tuple[dict[bytes, bytes], bytes]:
    """Return the header, and a field that is there twice and must not be."""
    fields: dict[bytes, bytes] = {}
    twice = b""
    for name, value in scope["headers"]:
        if name in fields and name in _ONCE:
            twice = name
        fields[name] = value.strip()
    return fields, twice


async def _refuse(send: Send, status: int, reason: str) -> None:
    body = reason.encode() + b"\n"
    header = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        # What the client sent and we did not read must not pass for a request.
        (b"connection", b"close"),
    ]
    if status == HTTPStatus.UNAUTHORIZED:
        header.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": header})
    await send({"type": "http.response.body", "body": body})
