import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer_urls.address import Scope, addresses


def urls(text: str) -> list[str]:
    return [address.url for address in addresses(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://localhost:3000", "http://localhost:3000/"),
        ("HTTP://LocalHost:3000/Path", "http://localhost:3000/Path"),
        ("http://localhost", "http://localhost/"),
        ("https://localhost:443/", "https://localhost/"),
        ("https://localhost:80/", "https://localhost:80/"),
        ("http://0.0.0.0:8000/", "http://localhost:8000/"),
        ("http://[::]:8000", "http://localhost:8000/"),
        ("http://[::1]:8000", "http://[::1]:8000/"),
        ("http://[fe80::1%eth0]:8000", "http://[fe80::1%eth0]:8000/"),
        ("http://127.0.0.1:1/?token=a&b#c", "http://127.0.0.1:1/?token=a&b#c"),
        ("localhost:3000", "http://localhost:3000/"),
        ("[::1]:3000/x", "http://[::1]:3000/x"),
        ("http://my.localhost:1", "http://my.localhost:1/"),
    ],
)
def test_an_address_becomes_something_for_a_browser(text: str, expected: str) -> None:
    assert urls(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see http://localhost:1/a.", "http://localhost:1/a"),
        ("http://localhost:1.", "http://localhost:1/"),
        ("(http://localhost:1/a)", "http://localhost:1/a"),
        ("http://localhost:1/a(b)", "http://localhost:1/a(b)"),
        ("'http://localhost:1/a'", "http://localhost:1/a"),
        ('"http://localhost:1/a",', "http://localhost:1/a"),
        ("<http://localhost:1/a>", "http://localhost:1/a"),
        ("`http://localhost:1/a`", "http://localhost:1/a"),
        ("http://localhost:1/a?!...", "http://localhost:1/a"),
        ("http://localhost:1: up", "http://localhost:1/"),
        ("│http://localhost:1/│", "http://localhost:1/"),
        ("**http://localhost:1/**", "http://localhost:1/"),
        ('{"url":"http://localhost:1/"}', "http://localhost:1/"),
    ],
)
def test_the_sentence_around_an_address_is_not_part_of_it(
    text: str, expected: str
) -> None:
    assert urls(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "http://localhost:",
        "http://localhost:$PORT",
        "http://localhost:${PORT}/x",
        "http://localhost:<port>",
        "http://localhost:0",
        "http://localhost:65536",
        "http://localhost:123456",
        "redis://localhost:6379",
        "postgres://me:secret@localhost:5432/db",
        "localhost",
        "example.com:80",
        "10.0.0.1:80",
        "a localhost",
        "12:30:45",
        "http://",
        "http:///path",
    ],
)
def test_what_no_browser_could_open_is_no_address(text: str) -> None:
    assert urls(text) == []


@pytest.mark.parametrize(
    ("host", "scope"),
    [
        ("localhost", Scope.LOCAL),
        ("127.8.9.1", Scope.LOCAL),
        ("0.0.0.0", Scope.LOCAL),
        ("[::1]", Scope.LOCAL),
        ("shop.test", Scope.LOCAL),
        ("192.168.1.4", Scope.NETWORK),
        ("10.1.2.3", Scope.NETWORK),
        ("172.16.0.1", Scope.NETWORK),
        ("100.101.102.103", Scope.NETWORK),
        ("[fd00::2]", Scope.NETWORK),
        ("[fe80::1]", Scope.NETWORK),
        ("laptop.local", Scope.NETWORK),
        ("8.8.8.8", Scope.FOREIGN),
        ("[2606:4700::1]", Scope.FOREIGN),
        ("example.com", Scope.FOREIGN),
        ("localhost.example.com", Scope.FOREIGN),
        ("999.1.1.1", Scope.FOREIGN),
    ],
)
def test_an_address_tells_who_can_reach_it(host: str, scope: Scope) -> None:
    (address,) = addresses(f"http://{host}:80/", {"shop.test"})

    assert address.scope is scope


def test_the_names_of_this_machine_are_one_origin() -> None:
    found = addresses("http://localhost:1 http://127.0.0.1:1/a http://[::1]:1")

    assert len({address.origin for address in found}) == 1


def test_sockets_and_pages_behind_one_door_are_one_origin() -> None:
    page, socket = addresses("http://localhost:1 ws://localhost:1/live")
    safe, guarded = addresses("https://localhost:1 wss://localhost:1/live")

    assert page.origin == socket.origin
    assert safe.origin == guarded.origin
    assert (page.is_socket, socket.is_socket) == (False, True)
    assert socket.url == "ws://localhost:1/live"
    assert [address.url for address in addresses("wss://localhost")] == [
        "wss://localhost/"
    ]


def test_other_schemes_ports_and_hosts_are_other_origins() -> None:
    found = addresses(
        "http://localhost:1 https://localhost:1 http://localhost:2 http://10.0.0.1:1"
    )

    assert len({address.origin for address in found}) == 4


def test_an_address_knows_where_it_stood() -> None:
    text = "at http://localhost:1/a, now"

    (address,) = addresses(text)

    assert text[address.start : address.end] == "http://localhost:1/a"


@given(st.text(alphabet="htp:/localhost[]0123456789.,-x ", max_size=200))
def test_what_is_found_is_printable_and_in_its_place(text: str) -> None:
    for address in addresses(text):
        assert address.url.isprintable()
        assert 0 <= address.start < address.end <= len(text)
        assert 0 < address.port < 65536


def test_a_long_line_is_read_in_one_go() -> None:
    text = "localhost" * 8_000 + " http://localhost:1/" + "a" * 64_000

    (address,) = addresses(text)

    assert len(address.url) < 1_000
