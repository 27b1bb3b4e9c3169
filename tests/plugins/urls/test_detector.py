import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

import brummer
from brummer_urls.detector import UrlDetector
from tests.plugins.reading import Reader
from tests.plugins.urls.lines import entry

#: What real servers print when they start, and the address and label to find.
STARTS = {
    # vite 8 --host
    "vite": (
        (
            b"  \x1b[32m\xe2\x9e\x9c\x1b[39m  \x1b[1mLocal\x1b[22m:   \x1b[36mhttp://"
            b"localhost:\x1b[1m5173\x1b[22m/\x1b[39m\n"
            b"  \x1b[32m\xe2\x9e\x9c\x1b[39m  \x1b[1mNetwork\x1b[22m: \x1b[36mhttp://"
            b"192.0.2.2:\x1b[1m5173\x1b[22m/\x1b[39m  \x1b[2meth0\x1b[22m"
        ),
        [("http://localhost:5173/", "Local"), ("http://192.0.2.2:5173/", "network")],
    ),
    # next dev
    "next": (
        (
            b"- Local:         http://localhost:3111\n"
            b"- Network:       http://192.0.2.2:3111\n"
            b"\x1b[36mhttps://nextjs.org/telemetry\x1b[39m"
        ),
        [("http://localhost:3111/", "Local"), ("http://192.0.2.2:3111/", "network")],
    ),
    # webpack serve --host 0.0.0.0
    "webpack-dev-server": (
        (
            b"<i> \x1b[1m\x1b[32m[webpack-dev-server] Loopback: \x1b[36mhttp://localhost:"
            b"8099/\x1b[32m, \x1b[36mhttp://[::1]:8099/\x1b[32m\x1b[39m\x1b[22m\n"
            b"<i> \x1b[1m\x1b[32m[webpack-dev-server] On Your Network (IPv6): \x1b[36m"
            b"http://[fd00::2]:8099/\x1b[32m\x1b[39m\x1b[22m"
        ),
        [
            ("http://localhost:8099/", "Webpack-dev-server"),
            ("http://[fd00::2]:8099/", "network"),
        ],
    ),
    # express, as in its guide
    "express": (
        b"Example app listening on port 3456 at http://localhost:3456",
        [("http://localhost:3456/", "web")],
    ),
    # uvicorn app:app, with colours
    "uvicorn": (
        (
            b"\x1b[32mINFO\x1b[0m:     Uvicorn running on \x1b[1mhttp://127.0.0.1:8765"
            b"\x1b[0m (Press CTRL+C to quit)\n"
            b'\x1b[32mINFO\x1b[0m:     127.0.0.1:4 - "GET / HTTP/1.1" 200'
        ),
        [("http://127.0.0.1:8765/", "Uvicorn")],
    ),
    # flask run --debug --host 0.0.0.0
    "flask": (
        (
            b" * Running on all addresses (0.0.0.0)\n"
            b" * Running on http://127.0.0.1:5055\n"
            b" * Running on http://192.0.2.2:5055"
        ),
        [("http://127.0.0.1:5055/", "web"), ("http://192.0.2.2:5055/", "network")],
    ),
    # manage.py runserver
    "django": (
        (
            b"Starting development server at http://127.0.0.1:8123/\n"
            b"For more information on production servers see: "
            b"https://docs.djangoproject.com/en/5.2/howto/deployment/\x1b[0m"
        ),
        [("http://127.0.0.1:8123/", "Server")],
    ),
    # gunicorn
    "gunicorn": (
        (
            b"[2026-11-21 01:44:09 +0000] [22365] [INFO] "
            b"Listening at: http://127.0.0.1:8766 (22365)"
        ),
        [("http://127.0.0.1:8766/", "web")],
    ),
    # rails server: puma
    "rails": (
        (
            b"* Listening on http://127.0.0.1:3000\n* Listening on http://[::1]:3000\n"
            b'Started GET "/" for 127.0.0.1 at 2026-11-21'
        ),
        [("http://127.0.0.1:3000/", "web")],
    ),
    # log.Printf in a Go program
    "go": (
        b"2026/11/21 01:44:05 listening on localhost:8089",
        [("http://localhost:8089/", "web")],
    ),
    # python -m http.server
    "http.server": (
        (
            b"Serving HTTP on 0.0.0.0 port 8321 (http://0.0.0.0:8321/) ...\n"
            b'127.0.0.1 - - [21/Nov/2026 01:44:09] "GET / HTTP/1.1" 200 -'
        ),
        [("http://localhost:8321/", "web")],
    ),
    # http-server, from npm
    "http-server": (
        (
            b"\x1b[33mAvailable on:\x1b[39m\n"
            b"  http://127.0.0.1:\x1b[32m8322\x1b[39m\n  http://192.0.2.2:\x1b[32m8322"
        ),
        [("http://127.0.0.1:8322/", "web"), ("http://192.0.2.2:8322/", "network")],
    ),
}


def detected(detector: UrlDetector, *lines: bytes | str) -> list[tuple[str, str]]:
    findings = [f for line in lines for f in detector.detect(entry(line))]
    return [(f.details["url"], f.details["label"]) for f in findings]


@pytest.mark.parametrize("tool", STARTS)
def test_a_real_server_is_found(tool: str) -> None:
    output, expected = STARTS[tool]

    assert detected(UrlDetector(), *output.split(b"\n")) == expected


@pytest.mark.parametrize("tool", STARTS)
def test_the_prefilter_lets_every_announcement_through(tool: str) -> None:
    output, expected = STARTS[tool]
    literals = UrlDetector.prefilter

    passed = [
        line
        for line in output.split(b"\n")
        if any(literal in line.lower() for literal in literals)
    ]

    assert detected(UrlDetector(), *passed) == expected


def test_a_finding_says_where_it_was_made() -> None:
    line = entry("Api server listening on http://localhost:4000", "shop-3", 17)

    (finding,) = UrlDetector().detect(line)

    assert finding.kind is brummer.FindingKind.URL
    assert finding.title == "Api: http://localhost:4000/"
    assert (finding.process, finding.line) == ("shop-3", 17)


def test_a_server_is_reported_once_by_each_process() -> None:
    detector = UrlDetector()
    line = "http://localhost:3000"

    counts = [
        len(detector.detect(entry(line, process)))
        for process in ("web-1", "web-1", "api-1", "web-1", "web-2")
    ]

    assert counts == [1, 0, 1, 0, 1]


def test_pages_take_the_place_of_the_sockets_of_a_server() -> None:
    reader = Reader(UrlDetector())

    reader.read("Socket server ready at ws://localhost:3001/live\n")
    reader.read("ready at http://localhost:3001\n")
    reader.read("Socket server ready at ws://localhost:3001/live\n")

    [finding] = reader.kept()
    assert finding.details["url"] == "http://localhost:3001/"


def test_a_server_ends_with_its_process() -> None:
    reader = Reader(UrlDetector())
    reader.read("ready at http://localhost:3001\nready at http://localhost:3002\n")

    reader.end()

    assert [bool(finding.resolved) for finding in reader.kept()] == [True, True]
    assert [finding.count for finding in reader.kept()] == [1, 1]


@pytest.mark.parametrize(
    "line",
    [
        "ready at http://\x1b[1mlocalhost\x1b[22m:\x1b[36m3000\x1b[39m/\n",
        "\x1b[32mready at http://localhost:3000/\x1b[0m\n",
        "ready at http://localhost:3\x1b[1m000\x1b[0m\n",
        "ready at http://[::1]:3000\n",
        "ready at localhost:\x1b[1m3000\x1b[0m\n",
        "ready at http://0.0.0.0:3000\n",
        "ready at \x1b]8;;http://localhost:3000\x07the app\x1b]8;;\x07\n",
    ],
)
def test_colours_inside_an_address_do_not_matter(line: str) -> None:
    reader = Reader(UrlDetector())

    reader.read(line)

    [finding] = reader.kept()
    url = finding.details["url"].replace("[::1]", "localhost")
    assert url == "http://localhost:3000/"


def test_an_end_makes_room_for_a_new_report() -> None:
    detector = UrlDetector()
    line = entry("http://localhost:3000", "web-1")
    detector.detect(line)

    detector.forget(brummer.ProcessId("web-1"))

    assert len(detector.detect(line)) == 1


def test_a_link_is_followed_to_its_address() -> None:
    line = "ready: \x1b]8;;http://localhost:3000/\x1b\\open the app\x1b]8;;\x1b\\"

    assert detected(UrlDetector(), line) == [("http://localhost:3000/", "web")]


def test_a_link_that_shows_its_address_is_one_server() -> None:
    url = "http://localhost:3000/"
    line = f"ready: \x1b]8;;{url}\x1b\\{url}\x1b]8;;\x1b\\"

    assert detected(UrlDetector(), line) == [(url, "web")]


def test_a_host_that_the_user_named_is_this_machine() -> None:
    line = "serving at https://shop.test/"

    assert detected(UrlDetector(), line) == []
    assert detected(UrlDetector(["Shop.test"]), line) == [("https://shop.test/", "web")]


def test_addresses_elsewhere_are_no_servers_of_ours() -> None:
    assert detected(UrlDetector(), "visit https://vitejs.dev/guide") == []


def test_a_process_cannot_fill_the_memory_with_servers() -> None:
    lines = [f"http://localhost:{port}" for port in range(1, 1_000)]

    assert len(detected(UrlDetector(), *lines)) == 32


def test_processes_that_are_never_forgotten_do_not_add_up() -> None:
    detector = UrlDetector()
    for number in range(1_500):
        detector.detect(entry("http://localhost:1", f"web-{number}"))

    again = [
        len(detector.detect(entry("http://localhost:1", f"web-{number}")))
        for number in (1_499, 0)
    ]

    assert again == [0, 1]


def test_processes_may_be_forgotten_from_other_threads() -> None:
    detector = UrlDetector()
    process = brummer.ProcessId("web-1")
    stop = threading.Event()

    def forget() -> None:
        while not stop.is_set():
            detector.forget(process)

    threads = [threading.Thread(target=forget) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        counts = {
            len(detector.detect(entry("http://localhost:3000"))) for _ in range(2_000)
        }
    finally:
        stop.set()
        for thread in threads:
            thread.join()

    assert counts <= {0, 1}


@given(st.binary(max_size=300))
def test_no_line_is_too_odd(data: bytes) -> None:
    line = entry(b"listening on http://localhost:3000/" + data)

    for finding in UrlDetector().detect(line):
        assert finding.title.isprintable()
        assert finding.details["url"].startswith("http")
