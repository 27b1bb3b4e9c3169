import pytest

from brummer.errors import BrummerError
from brummer.mcp.resources.known import Known
from brummer.mcp.tools.finding import row_id
from brummer.model.process import ProcessStatus
from tests.support.finding import error, url
from tests.support.instance import FakeInstance


@pytest.fixture
def instance() -> FakeInstance:
    return FakeInstance()


@pytest.fixture
def known(instance: FakeInstance) -> Known:
    return Known(instance)


def test_a_process_is_found_by_its_id_its_name_and_its_script(
    instance: FakeInstance, known: Known
) -> None:
    web = instance.add_process("web")

    found = [known.process(name) for name in (web.id, "web", "node:web")]

    assert found == [web, web, web]


def test_a_process_that_lives_is_meant_before_a_newer_one_that_ended(
    instance: FakeInstance, known: Known
) -> None:
    old = instance.add_process("web")
    instance.add_process("web", status=ProcessStatus.FAILED)

    assert known.process("web") == old


def test_the_newest_is_meant_where_none_lives(
    instance: FakeInstance, known: Known
) -> None:
    instance.add_process("web", status=ProcessStatus.FAILED)
    new = instance.add_process("web", status=ProcessStatus.FAILED)

    assert known.process("web") == new


def test_who_is_meant_is_guessed(instance: FakeInstance, known: Known) -> None:
    instance.add_process("web")

    with pytest.raises(BrummerError, match="did you mean web"):
        known.process("wep")


def test_processes_that_live_come_first_then_the_newest(
    instance: FakeInstance, known: Known
) -> None:
    api = instance.add_process("api")
    ended = instance.add_process("test", status=ProcessStatus.SUCCESS)
    web = instance.add_process("web")

    assert known.states() == [web, api, ended]
    assert known.process_ids("", {}) == [web.id, api.id, ended.id]


def test_a_process_may_be_named_by_its_command(
    instance: FakeInstance, known: Known
) -> None:
    web = instance.add_process("web", command="vite --port 3000")

    assert known.process_ids("vite", {}) == [web.id]


def test_an_error_is_found_by_its_id(instance: FakeInstance, known: Known) -> None:
    web = instance.add_process("web")
    found = error(web.id)
    instance.report(found)

    assert known.error(row_id(found)) == found


def test_an_address_is_no_error(instance: FakeInstance, known: Known) -> None:
    web = instance.add_process("web")
    found = url(web.id, "http://localhost:3000/")
    instance.report(found)

    with pytest.raises(BrummerError, match="errors_list"):
        known.error(row_id(found))


def test_the_newest_errors_are_offered_first(
    instance: FakeInstance, known: Known
) -> None:
    web = instance.add_process("web")
    first, second = error(web.id, "TypeError: a", line=3), error(web.id, "b", line=9)
    instance.report(first)
    instance.report(second)

    assert known.error_ids("", {}) == [row_id(second), row_id(first)]
    assert known.error_ids("typeerr", {}) == [row_id(first)]
    assert known.error_texts("", {}) == ["b", "TypeError: a"]
    assert known.lines("", {}) == ["9", "3"]
    assert known.ends("", {}) == ["10", "4"]


def test_scripts_are_offered_by_all_their_names(
    instance: FakeInstance, known: Known
) -> None:
    instance.add_script("dev", "vite")
    instance.add_script("web#test", "jest", package="apps/web")

    assert known.script_names() == ["dev", "web#test", "apps/web/test"]


def test_what_is_known_of_a_process_follows_the_findings(
    instance: FakeInstance, known: Known
) -> None:
    web, api = instance.add_process("web"), instance.add_process("api")
    first, second = error(web.id, "a"), error(api.id, "b")
    instance.report(first)
    before = list(known.about(web.id))
    instance.report(second)

    assert before == [first]
    assert list(known.about(api.id)) == [second]
    assert list(known.about(web.id)) == [first]
