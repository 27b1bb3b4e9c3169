from brummer.mcp.resources.completion import Candidate, matching

VALUES = [
    Candidate("web-3", "vite"),
    Candidate("api-2", "node web.js"),
    Candidate("my-web-1", "x"),
    Candidate("Web-0"),
]


def test_what_begins_so_comes_first_then_what_holds_it_then_labels() -> None:
    assert matching("web", VALUES) == ["web-3", "Web-0", "my-web-1", "api-2"]


def test_everything_is_offered_to_who_typed_nothing_in_its_order() -> None:
    assert matching("", VALUES) == ["web-3", "api-2", "my-web-1", "Web-0"]


def test_what_nobody_is_called_finds_nothing() -> None:
    assert matching("zzz", VALUES) == []


def test_each_value_is_offered_once() -> None:
    assert matching("a", [Candidate("a"), Candidate("a"), Candidate("b", "a")]) == [
        "a",
        "b",
    ]
