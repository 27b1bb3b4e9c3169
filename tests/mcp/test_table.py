from brummer.mcp.size import ROOM, size
from brummer.mcp.table import (
    CELL,
    LINE,
    Listing,
    cells,
    columns,
    cut,
    fitting,
    listed,
    trimmed,
)
from brummer.model.tool import Answer, Text

LISTING = Listing("things", "nothing at all", "things_list first=")


def shown(count: int, first: int = 0) -> tuple[str, dict[str, object]]:
    answer: Answer = listed(
        LISTING,
        range(count),
        lambda number: {"n": number, "text": "x" * 100},
        lambda row: cells(row["n"], row["text"]),
        first,
    )
    (part,) = answer.content
    assert isinstance(part, Text)
    assert isinstance(answer.data, dict)
    return part.text, answer.data


def test_a_list_that_fits_is_whole() -> None:
    text, data = shown(3)

    assert len(text.splitlines()) == 3
    assert (data["total"], data["left_out"]) == (3, 0)


def test_a_list_that_does_not_fit_says_how_to_get_the_rest() -> None:
    text, data = shown(1_000)

    rows = data["things"]
    assert isinstance(rows, list)
    assert data["left_out"] == 1_000 - len(rows)
    assert text.endswith(f"{data['left_out']} more: things_list first={len(rows)}")
    assert size(text) + size(data) < ROOM


def test_page_after_page_is_all_of_it() -> None:
    seen: list[object] = []
    while True:
        _, data = shown(300, len(seen))
        rows = data["things"]
        assert isinstance(rows, list)
        seen += [row["n"] for row in rows]
        if not data["left_out"]:
            break

    assert seen == list(range(300))


def test_an_empty_list_says_so() -> None:
    assert shown(0)[0] == "nothing at all"
    assert shown(3, 9)[0] == "there are only 3"


def test_what_says_nothing_is_left_out_and_long_texts_are_cut() -> None:
    row = trimmed({"a": "", "b": None, "c": 0, "d": False, "e": "x" * 5_000})

    assert row.keys() == {"c", "d", "e"}
    assert len(str(row["e"])) < CELL + 20


def test_what_is_cut_is_counted() -> None:
    assert cut("x" * 10_000, 5) == "xxxxx... 9,995 more"
    assert cut("a\ud800", 5) == "a?"


def test_a_line_is_one_line_and_not_too_long() -> None:
    answer = listed(
        LISTING, ["a\nb" * 1_000], lambda t: {"t": t}, lambda r: str(r["t"])
    )

    (part,) = answer.content
    assert isinstance(part, Text)
    assert "\n" not in part.text
    assert len(part.text) <= LINE + 20


def test_one_line_fits_always() -> None:
    assert fitting(["x" * 10_000, "y"]) == 1
    assert fitting(["x", "y"]) == 2


def test_columns_are_as_wide_as_they_must_be() -> None:
    assert columns([("a", "b"), ("long\nname", "c")]) == [
        "a          b",
        "long name  c",
    ]
