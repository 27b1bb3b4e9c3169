"""Tests of looks at web servers: good ones, slow ones, and others."""

import http.server
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from typing_extensions import override

from brummer.model.readiness import Readiness, ReadyBy
from brummer.process.web import look_at_url
from tests.support.wait import LIMIT


class Answer(http.server.BaseHTTPRequestHandler):
    """Answers with the status that is the path."""

    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/") or 200))
        self.end_headers()

    @override
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def web_server() -> Iterator[str]:
    """Serve, and yield the URL."""
    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://localhost:{server.server_address[1]}/"
        server.shutdown()
        thread.join(LIMIT)


@contextmanager
def speaking(*words: bytes) -> Iterator[str]:
    """Say the same to whoever comes, piece by piece, and yield the URL."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        leave = threading.Event()

        def speak() -> None:
            connection, _ = server.accept()
            with connection:
                for word in words:
                    if leave.wait(0.1):
                        return
                    try:
                        connection.sendall(word)
                    except OSError:
                        return

        thread = threading.Thread(target=speak)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        leave.set()
        thread.join(LIMIT)


def at(url: str, *, status: int = 0, timeout: float = 5.0) -> Readiness:
    return Readiness(by=ReadyBy.HTTP, target=url, status=status, timeout=timeout)


@pytest.mark.parametrize(
    ("path", "status", "is_ready"),
    [
        ("200", 0, True),
        ("302", 0, True),
        ("404", 0, False),
        ("503", 0, False),
        ("404", 404, True),
        ("204", 200, False),
    ],
)
def test_the_status_decides(path: str, status: int, *, is_ready: bool) -> None:
    with web_server() as url:
        problem = look_at_url(at(url + path, status=status))

    assert problem == ("" if is_ready else f"{url}{path} answered {path}")


def test_a_server_that_speaks_something_else_is_not_ready() -> None:
    with speaking(b"220 mail.example ESMTP\r\n" * 3) as url:
        problem = look_at_url(at(url))

    assert "gave no answer in HTTP" in problem


def test_one_byte_at_a_time_does_not_outlast_the_time_limit() -> None:
    drip = [bytes([byte]) for byte in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1000]
    with speaking(*drip) as url:
        began = time.monotonic()
        problem = look_at_url(at(url, timeout=0.5))

        assert time.monotonic() - began < 50  # the whole of it takes 100 s
    assert problem == f"{url} no answer"


def test_endless_headers_come_to_an_end() -> None:
    with speaking(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 100_000) as url:
        problem = look_at_url(at(url))

    assert "gave no answer in HTTP" in problem


def test_nobody_there_is_told_in_a_word() -> None:
    with web_server() as url:
        pass

    assert look_at_url(at(url)) == f"{url} refused"
