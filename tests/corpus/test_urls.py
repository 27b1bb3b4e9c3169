"""How well servers are found in real outputs, and nothing else that looks so."""

import pytest

from brummer_urls.detector import UrlDetector
from tests.corpus.states import all_cases
from tests.plugins.reading import Reader

ENOUGH = 0.95

#: What a person says of the outputs in which a server begins to listen.
SERVERS = {
    "django/no_table": ["http://127.0.0.1:8123/"],
    "django/ok_server": ["http://127.0.0.1:8123/"],
    "django/request": ["http://127.0.0.1:8123/"],
    "flask/debug": ["http://127.0.0.1:8124/"],
    "flask/logger": ["http://127.0.0.1:8124/"],
    "flask/ok": ["http://127.0.0.1:8124/"],
    "flask/request": ["http://127.0.0.1:8124/"],
    "go-panic/http-handler-panic": ["http://127.0.0.1:8091/"],
    "next/dev": ["http://127.0.0.1:3311/"],
    "ordinary/uvicorn-access": ["http://127.0.0.1:8129/"],
    "php/server-log": ["http://127.0.0.1:8095/"],
    "states/resting/node-server": ["http://localhost:3999/"],
    "states/resting/vite-clear": ["http://localhost:5199/"],
    "uvicorn/background": ["http://127.0.0.1:8127/"],
    "uvicorn/ok": ["http://127.0.0.1:8125/"],
    "uvicorn/reload": ["http://127.0.0.1:8127/"],
    "uvicorn/request": ["http://127.0.0.1:8125/"],
    "uvicorn/response": ["http://127.0.0.1:8125/"],
    "vite/dev": ["http://127.0.0.1:5188/"],
    "vite/ok_dev": ["http://127.0.0.1:5188/"],
}


def test_servers_are_found_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wanted = {(name, url) for name, urls in SERVERS.items() for url in urls}
    found = set()
    for case in all_cases():
        reader = Reader(UrlDetector())
        reader.read(case.output())
        reader.end()
        found |= {(case.name, finding.details["url"]) for finding in reader.kept()}

    agreed = len(wanted & found)
    with capsys.disabled():
        print(f"\nservers: {len(wanted)} labels, {len(found)} found, {agreed} agreed")
    assert agreed >= ENOUGH * len(found), found - wanted
    assert agreed >= ENOUGH * len(wanted), wanted - found
