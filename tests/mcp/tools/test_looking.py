"""Looking for lines from one answer to the next."""

import pytest

from brummer.mcp.tools.looking import Place, Printed, place_in_log
from brummer.model.log import Stream
from brummer.model.process import ProcessId
from tests.support.instance import FakeInstance

WEB = ProcessId("web-1")


@pytest.fixture
def shop() -> FakeInstance:
    shop = FakeInstance()
    shop.add_process("web")
    return shop


class TestPlaceOfOpenLines:
    """Of the places that say what was seen of them, from one search to the next."""

    @staticmethod
    def search(
        shop: FakeInstance, pattern: str, since: str, process: ProcessId | None = None
    ) -> tuple[str | None, str]:
        """Return what is found from *since* on, and where the next search begins."""
        place = place_in_log(shop, since, process) if since else Place()
        assert place is not None
        assert not place.is_foreign
        look = Printed(shop, process, pattern, place)
        met = look.look()
        return met and met.text, look.since

    def test_each_of_several_is_found_once(self) -> None:
        shop = FakeInstance()
        for name in ("a", "b"):
            state = shop.add_process(name)
            shop.print(state.id, f"Password {name}: ", partial=True)

        first = self.search(shop, "Password", "")
        second = self.search(shop, "Password", first[1])
        third = self.search(shop, "Password", second[1])

        assert first == ("Password a: ", "#0+12oa-1")
        assert second == ("Password b: ", "#0+12oa-1+12ob-2")
        assert third == (None, "#0+12oa-1+12ob-2")

    def test_each_stream_of_a_process_may_have_one(self, shop: FakeInstance) -> None:
        shop.print(WEB, "name?", partial=True)
        shop.print(WEB, "sure?", partial=True, stream=Stream.ERR)

        first = self.search(shop, "[?]", "", WEB)
        second = self.search(shop, "[?]", first[1], WEB)
        third = self.search(shop, "[?]", second[1], WEB)

        assert first == ("name?", "web-1#0+5o")
        assert second == ("sure?", "web-1#0+5o+5e")
        assert third == (None, "web-1#0+5o+5e")

    @pytest.mark.parametrize(
        ("is_named", "since"),
        [(True, "w#1+2ox-1#0+3o"), (False, "#0+3ow%231%2B2ox-1")],
    )
    def test_an_id_may_hold_what_divides_its_parts(
        self, since: str, *, is_named: bool
    ) -> None:
        shop = FakeInstance()
        whose = shop.add_process("w#1+2ox").id
        process = whose if is_named else None
        shop.print(whose, "abc", partial=True)

        first = self.search(shop, "abc", "", process)
        same = self.search(shop, "abc", first[1], process)
        shop.finish(whose, "abc")
        after = self.search(shop, "abc", same[1], process)

        assert first == ("abc", since)
        assert same == (None, since)
        assert after == (None, f"{process or ''}#1")

    def test_a_place_without_any_may_name_such_an_id(self) -> None:
        shop = FakeInstance()
        whose = shop.add_process("w#1").id
        shop.print(whose, "up 1", "up 2")

        assert self.search(shop, "up", "w#1-1#1", whose) == ("up 2", "w#1-1#2")

    def test_a_match_after_a_hundred_others_is_found(self, shop: FakeInstance) -> None:
        shop.print(WEB, "." * 120, partial=True)

        _, since = self.search(shop, r"\.|F", "")
        shop.finish(WEB, "." * 123 + "F")
        found, _ = self.search(shop, r"\.|F", since)

        assert since == "#0+120oweb-1"
        assert found == "." * 123 + "F"
