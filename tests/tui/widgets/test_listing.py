"""A list to choose from."""

from brummer.tui.desk import Desk
from brummer.tui.row import Size
from brummer.tui.widgets.listing import Listing, Wording
from brummer.tui.widgets.table import Column, Line
from tests.support.instance import FakeInstance
from tests.tui.stage import HandClock, plain_theme, text_of

COLUMNS = (Column(title="TREE", width=0),)
WORDING = Wording(noun="tree", advice="plant one")
TREES = ("ash", "beech", "birch", "cedar", "elm", "fir")


class Wood:
    """A list of trees, as a view would hold it."""

    def __init__(self, *trees: str) -> None:
        self.desk = Desk(
            FakeInstance(),
            HandClock(),
            plain_theme(),
            wake=lambda: None,
            send=lambda _: None,
        )
        self.trees = trees
        self.list: Listing[str] = Listing(self.desk, COLUMNS, WORDING, self.show)
        self.changes = 0
        self.show()

    def show(self) -> None:
        self.changes = getattr(self, "changes", 0) + 1
        self.list.show([tree for tree in self.trees if self.list.matches(tree)])

    def lines(self, rows: int = 7) -> list[str]:
        drawn = self.list.draw(Size(30, rows), lambda tree: Line("*", None, [tree]))
        return text_of(drawn)

    def press(self, command: str) -> None:
        moves = {**self.list.moves(), **self.list.pages(), **self.list.commands()}
        moves[command]()

    def filter(self, words: str) -> None:
        self.press("find.open")
        assert self.desk.question is not None
        assert self.desk.question.typed is not None
        self.desk.question.typed(words)


def test_the_first_item_is_selected() -> None:
    wood = Wood(*TREES)

    assert wood.list.key == "ash"
    assert wood.lines()[:3] == ["   TREE", ">* ash", " * beech"]


def test_keys_go_from_item_to_item_and_the_view_hears_of_it() -> None:
    wood = Wood(*TREES)
    before = wood.changes

    wood.press("move.end")
    wood.press("move.up")

    assert wood.list.key == "elm"
    assert wood.changes == before + 2


def test_a_page_is_as_long_as_what_is_shown() -> None:
    wood = Wood(*TREES)
    wood.lines(5)

    wood.press("move.page_down")
    below = wood.list.key
    wood.press("move.half_up")

    assert below == "elm"
    assert wood.list.key == "birch"


def test_words_narrow_it_while_they_are_typed() -> None:
    wood = Wood(*TREES)

    wood.filter("c B")

    assert list(wood.list.items) == ["beech", "birch"]
    assert wood.lines()[:2] == ["   TREE  filter: c B", ">* beech"]


def test_going_back_shows_all_and_only_then_goes_back() -> None:
    wood = Wood(*TREES)
    assert "view.back" not in wood.list.commands()

    wood.filter("birch")
    wood.press("view.back")

    assert list(wood.list.items) == list(TREES)
    assert wood.list.key == "birch"
    assert "view.back" not in wood.list.commands()


def test_leaving_the_question_shows_all() -> None:
    wood = Wood(*TREES)
    wood.filter("birch")
    assert wood.desk.question is not None
    assert wood.desk.question.left is not None

    wood.desk.question.left()

    assert not wood.list.is_narrowed


def test_an_empty_list_says_why() -> None:
    empty = Wood()
    filtered = Wood(*TREES)
    filtered.filter("palm")

    assert empty.lines()[0] == "   plant one"
    assert filtered.lines()[0] == "   no tree matches 'palm': esc"


def test_what_is_to_be_selected_is_not_hidden_by_words() -> None:
    wood = Wood(*TREES)
    wood.filter("birch")

    wood.list.select("fir")

    assert wood.list.key == "fir"
    assert not wood.list.is_narrowed


def test_a_click_selects_what_it_hits() -> None:
    wood = Wood(*TREES)
    wood.lines()

    wood.list.click(3)
    hit = wood.list.key
    wood.list.click(0)

    assert hit == "birch"
    assert wood.list.key == "birch"
