"""Looks at whether a web server answers."""

import http.client
import ssl
import time
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from typing_extensions import override

from brummer.model.readiness import Readiness
from brummer.process.reach import TimedSocket, UnreachableError, described, reach

#: Statuses that count where none was named: success, and being sent elsewhere.
_GOOD: Final = range(200, 400)

#: Ports where a URL names none, by its scheme.
_PORTS: Final = {"http": 80, "https": 443}


class _TimedSecretSocket(ssl.SSLSocket):
    """The same as :class:`TimedSocket` for an encrypted connection."""

    #: By :func:`time.monotonic`; set before anything is read.
    deadline = 0.0

    @override
    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        """Read, but not beyond the deadline."""
        self.settimeout(max(self.deadline - time.monotonic(), 1e-6))
        return super().recv_into(buffer, nbytes, flags)


def look_at_url(readiness: Readiness) -> str:
    """Return what is wrong with the answer to a GET of the target.

    :mod:`http.client` bounds the length and the number of the headers; the body
    is not read.  Certificates are not verified: servers in development sign
    their own, and nothing is told to them.
    """
    name, wanted = readiness.target, readiness.status
    try:
        status = _status(urlsplit(name), readiness.timeout)
    except UnreachableError as error:
        return f"{name} {error}"
    except OSError as error:
        return f"{name} {described(error)}"
    except (http.client.HTTPException, ValueError) as error:
        return f"{name} gave no answer in HTTP ({type(error).__name__})"
    is_good = status == wanted if wanted else status in _GOOD
    return "" if is_good else f"{name} answered {status}"


def _status(url: SplitResult, timeout: float) -> int:
    """Return the status of a GET."""
    host, port = url.hostname or "", url.port or _PORTS[url.scheme]
    plain = reach(host, port, timeout)
    connection = http.client.HTTPConnection(host, port)
    try:
        connection.sock = plain if url.scheme == "http" else _encrypted(plain, host)
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        headers = {"User-Agent": "brummer", "Connection": "close"}
        connection.request("GET", path, headers=headers)
        with connection.getresponse() as response:
            return response.status
    finally:
        connection.close()
        plain.close()


def _encrypted(plain: TimedSocket, host: str) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.sslsocket_class = _TimedSecretSocket
    encrypted = context.wrap_socket(plain, server_hostname=host)
    assert isinstance(encrypted, _TimedSecretSocket)
    encrypted.deadline = plain.deadline
    return encrypted
