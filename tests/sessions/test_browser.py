"""A page in a real browser that tries to have tools called.

The page is served from another port of this machine, as one under development is.
"""

import http.server
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from tests.mcp.conftest import opening
from tests.support.site import Site
from tests.support.wait import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

#: What the browser may be called.
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")

#: Tries every way that a page has of sending something, then tells what came of each.
_PAGE = """\
<!doctype html><title>shop</title><script>
const url = URL_, body = BODY_, token = TOKEN_;
const ways = {
  simple: () => fetch(url, {method: 'POST', mode: 'no-cors', body,
                            headers: {'Content-Type': 'text/plain'}}),
  text: () => fetch(url, {method: 'POST', body,
                          headers: {'Content-Type': 'text/plain'}}),
  form: () => fetch(url, {method: 'POST', mode: 'no-cors',
                          body: new URLSearchParams({body})}),
  json: () => fetch(url, {method: 'POST', body,
                          headers: {'Content-Type': 'application/json'}}),
  token: () => fetch(url, {method: 'POST', body,
                           headers: {'Content-Type': 'application/json',
                                     'Accept': 'application/json, text/event-stream',
                                     'Authorization': `Bearer ${token}`}}),
  beacon: async () => { navigator.sendBeacon(url, body); return {}; },
  get: () => fetch(url, {mode: 'no-cors'}),
  image: () => new Promise((done) => {
    const image = new Image();
    image.onload = image.onerror = () => done({});
    image.src = url;
  }),
};
(async () => {
  const told = {};
  for (const [name, way] of Object.entries(ways)) {
    try {
      const answer = await way();
      const text = answer.text ? await answer.text() : '';
      told[name] = {status: answer.status ?? 0, text};
    } catch (error) { told[name] = {status: -1, text: String(error)}; }
  }
  await fetch('/told', {method: 'POST', body: JSON.stringify(told)});
})();
</script>
"""


#: Refusals that a page comes by at least, whichever it is.
_TOLD = 2


class Shop:
    """Serves the page, and keeps what it tells."""

    def __init__(self) -> None:
        self._page = ""
        self.told: dict[str, Any] = {}
        self._server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), self._handler()
        )
        self.origin = f"http://localhost:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def aim(self, url: str, token: str) -> None:
        """Say where the page is to send what, and the token that it has come by."""
        values = {"URL_": url, "BODY_": json.dumps(opening()), "TOKEN_": token}
        self._page = _PAGE
        for name, value in values.items():
            self._page = self._page.replace(name, json.dumps(value))

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        shop = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """Answers the browser."""

            def do_GET(self) -> None:
                self._answer(shop._page.encode())

            def do_POST(self) -> None:
                size = int(self.headers["content-length"])
                shop.told = json.loads(self.rfile.read(size))
                self._answer(b"")

            def _answer(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("content-type", "text/html")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            @override
            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler

    def close(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def chromium() -> str:
    """Return the browser; without one the test is skipped, or fails in CI."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("there is no Chromium")
    return str(found)


@contextmanager
def shown(shop: Shop, folder: Path) -> Iterator[None]:
    """Show the page in a browser that nobody sees."""
    command = [
        chromium(),
        "--headless=new",
        # It is root in a container, and has no memory to share.
        *("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"),
        *("--no-first-run", "--disable-background-networking"),
        f"--user-data-dir={folder}",
        shop.origin,
    ]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield
        finally:
            process.terminate()


@pytest.fixture
def shop() -> Iterator[Shop]:
    chromium()
    shop = Shop()
    yield shop
    shop.close()


def tried(site: Site, shop: Shop, folder: Path, *options: str) -> dict[str, Any]:
    """Return what came of each way that the page tried."""
    site.write("Procfile", "web: sleep 60\n")
    with site.brum("--no-tui", "-p", "0", *options):
        site.wait_for_instance()
        port, token = site.server()
        shop.aim(f"http://127.0.0.1:{port}/mcp", token)
        with shown(shop, folder):
            wait_until(lambda: shop.told, limit=90)
        # The audit is written a moment after the refusals.
        wait_until(lambda: len(refusals(site)) >= _TOLD, limit=20)
    return shop.told


def refusals(site: Site) -> list[int]:
    """Return with which statuses the audit says that somebody was refused."""
    found = (site.home / "state").rglob("mcp-audit.jsonl")
    text = "".join(path.read_text() for path in found)
    lines = map(json.loads, text.splitlines())
    return [line["status"] for line in lines if "status" in line]


def test_a_page_gets_nothing_whatever_it_tries(
    site: Site, shop: Shop, tmp_path: Path
) -> None:
    told = tried(site, shop, tmp_path / "browser")

    # What may be sent without a question was sent, and its answer stays unread.
    assert all(way["status"] <= 0 for way in told.values()), told
    assert all("result" not in way["text"] for way in told.values())
    assert len(refusals(site)) >= 6
    assert set(refusals(site)) <= {401, 403}


def test_a_page_that_the_settings_admit_gets_in_with_the_token_alone(
    site: Site, shop: Shop, tmp_path: Path
) -> None:
    origins = f'mcp.origins=["{shop.origin}"]'

    told = tried(site, shop, tmp_path / "browser", "-o", origins)

    assert told["token"]["status"] == 200
    assert "serverInfo" in told["token"]["text"]
    assert (told["json"]["status"], told["text"]["status"]) == (401, 401)
