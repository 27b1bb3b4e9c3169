"""Errors and servers, from a program that really runs."""

import re

from tests.support.site import Site
from tests.support.wait import wait_until

FAILING = """\
import traceback


def price(item):
    return item["price"]


for _ in range(20):
    try:
        price({})
    except KeyError:
        traceback.print_exc()
input()
"""

SERVING = """\
import socket

with socket.create_server(("127.0.0.1", 0)) as server:
    print(f"Local: http://localhost:{server.getsockname()[1]}/", flush=True)
    input()
print("closed", flush=True)
input()
"""


def test_repeats_are_one_error_with_all_about_it(site: Site) -> None:
    site.write("cart.py", FAILING)
    site.scripts(cart="python3 cart.py")
    with site.brum("--no-tui", "cart"):
        site.wait_for_instance()
        wait_until(
            lambda: [row["count"] for row in site.ask("errors")] == [20], limit=30
        )

        told = site.ctl("errors", "--last").stdout

    assert told.startswith("KeyError: 'price'\n")
    assert "seen       20 times, first " in told
    assert re.search(r"^  > \S*cart\.py:5  price$", told, re.MULTILINE)
    assert '  >     5 |     return item["price"]\n' in told
    assert "Traceback (most recent call last):" in told.partition("log:\n")[2]


def test_a_server_is_up_while_it_takes_connections(site: Site) -> None:
    site.write("serve.py", SERVING)
    site.scripts(web="python3 serve.py")
    with site.brum("--no-tui", "web"):
        site.wait_for_instance()
        wait_until(lambda: site.ask("urls"), limit=30)
        up = site.ctl("urls", "--check")
        site.ctl("input", "web", "close it")
        site.ctl("wait", "web", "--for", "line", "--pattern", "^closed")
        down = site.ctl("urls", "--check")

    assert (up.returncode, down.returncode) == (0, 1)
    assert re.search(r"web-1 .* up \d+ms$", up.stdout, re.MULTILINE)
    assert re.search(r"web-1 .* refused$", down.stdout, re.MULTILINE)
