"""A project for a working day: a server to break, and tests of which one fails.

``web`` is a server that ``brum`` starts anew whenever a file is saved; ``test`` runs
pytest.
"""

import sys
import time
from pathlib import Path
from typing import Final, NamedTuple

from tests.support.site import Site
from tests.support.wait import wait_until

_SERVER: Final = """\
import http.server

from prices import price

OFFER = f"2 rye for {price('rye', 2)}"


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(OFFER.encode())


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
print(f"serving on http://127.0.0.1:{server.server_port}/", flush=True)
server.serve_forever()
"""

_WHOLE: Final = """\
PRICES = {"rye": 3, "wheat": 2}


def price(bread, count):
    return PRICES[bread] * count
"""

_TESTS: Final = """\
from prices import price


def test_the_price_of_one():
    assert price("rye", 1) == 3


def test_the_tenth_is_free():
    assert price("rye", 10) == 27
"""

#: What the broken code raises, where, and which test fails.
ERROR: Final = "NameError"
PLACE: Final = ("prices.py", 5)
FAILED: Final = "test_the_tenth_is_free"


#: Seconds after which a file is older than whatever is started.
GRAIN: Final = 0.05


class Day(NamedTuple):
    """Where the project is, and what its *source* may be."""

    site: Site
    source: Path
    whole: str
    broken: str

    def break_it(self) -> None:
        """Save a mistake: the server ends with an error when it is started anew."""
        self.source.write_text(self.broken)

    def mend(self) -> None:
        """Save what is right.

        Who does something else after that does it a moment later: what is started
        within the grain of the times of files is started once more.
        """
        self.source.write_text(self.whole)
        saved = self.source.stat().st_ctime
        wait_until(lambda: time.time() > saved + GRAIN)


def new_day(site: Site) -> Day:
    """Write the project into *site*."""
    site.write("server.py", _SERVER)
    site.write("test_prices.py", _TESTS)
    pytest = f"{sys.executable} -m pytest -q -p no:cacheprovider -p no:randomly"
    site.write("Procfile", f"web: {sys.executable} server.py\ntest: {pytest}\n")
    site.write(".brum.toml", '[scripts.web]\nwatch = ["*.py"]\n')
    # Without a file of its own, pytest takes the settings of a folder above.
    site.write("pytest.ini", "[pytest]\n")
    broken = _WHOLE.replace("PRICES[bread]", "PRICE[bread]")
    return Day(site, site.write("prices.py", _WHOLE), _WHOLE, broken)
