"""What is asked when a script is to be started, and what is not."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from brummer.errors import BrummerError
from brummer.mcp.tools.choice import Choices
from brummer.model.process import ProcessState, ProcessStatus
from brummer.model.tool import Unanswered
from tests.support.call import REFUSED, FakeCall, filled
from tests.support.finding import error
from tests.support.instance import FakeInstance


@pytest.fixture
def instance() -> FakeInstance:
    return FakeInstance()


def chosen(instance: FakeInstance, call: FakeCall, name: str = "test") -> str:
    return asyncio.run(Choices(instance).script(call, name))


def twins(instance: FakeInstance) -> None:
    instance.add_script("test", "jest", source="node")
    instance.add_script("test", "make test", source="make")


def holds(instance: FakeInstance, process: str = "", **more: object) -> None:
    """Let somebody hold port 3000."""
    found: Mapping[str, object] = {
        "free": False,
        "process": process,
        "text": "port 3000 is held by node (pid 41): node x",
        **more,
    }
    instance.answers["port.holder"] = found


def failed(instance: FakeInstance, port: str = "3000") -> ProcessState:
    """Let web end because it could not have its port."""
    state = instance.add_process("web", status=ProcessStatus.FAILED, exit_code=1)
    instance.report(error(state.id, "port is taken", details={"port": port}))
    return state


def room(instance: FakeInstance, call: FakeCall, state: ProcessState) -> bool:
    return asyncio.run(Choices(instance).room(call, state.id))


def stopped(instance: FakeInstance) -> list[Any]:
    return [c.arguments["process"] for c in instance.calls if c.name == "process.stop"]


@pytest.mark.parametrize("name", ["test", "make:test", "echo hello", "nothing"])
def test_a_name_that_means_one_thing_is_not_asked_about(
    instance: FakeInstance, name: str
) -> None:
    instance.add_script("test", source="make")
    call = FakeCall()

    assert chosen(instance, call, name) == name
    assert call.asked == {}


def test_a_person_chooses_between_scripts_of_one_name(instance: FakeInstance) -> None:
    twins(instance)
    call = FakeCall({"script test": filled(script="make:test")})

    assert chosen(instance, call) == "make:test"
    parameters: Any = call.asked["script test"].parameters
    assert "node:test (jest), make:test (make test)" in parameters["message"]
    properties = parameters["requestedSchema"]["properties"]
    assert properties["script"]["enum"] == ["node:test", "make:test"]


def test_scripts_of_packages_are_chosen_between_by_their_folder(
    instance: FakeInstance,
) -> None:
    instance.add_script("web#dev", package="apps/web", source="node")
    instance.add_script("web#dev", package="apps/web", source="make")
    call = FakeCall({"script apps/web/dev": filled(script="make:web#dev")})

    assert chosen(instance, call, "apps/web/dev") == "make:web#dev"


def test_a_whole_id_is_never_asked_about(instance: FakeInstance) -> None:
    twins(instance)
    call = FakeCall()

    assert chosen(instance, call, "node:test") == "node:test"
    assert call.asked == {}


@pytest.mark.parametrize(
    "reply", [REFUSED, {"action": "cancel"}, filled(script="rm"), {"action": "accept"}]
)
def test_nothing_is_started_that_nobody_chose(
    instance: FakeInstance, reply: Mapping[str, object]
) -> None:
    twins(instance)

    with pytest.raises(BrummerError, match=r"nothing was started.*node:test"):
        chosen(instance, FakeCall({"script test": reply}))


def test_who_cannot_be_asked_is_told_the_names(instance: FakeInstance) -> None:
    twins(instance)

    with pytest.raises(BrummerError, match=r"node:test \(jest\), make:test .*call"):
        chosen(instance, FakeCall(deaf=True))


def test_a_call_that_has_to_be_begun_again_is(instance: FakeInstance) -> None:
    twins(instance)

    with pytest.raises(Unanswered):
        chosen(instance, FakeCall(anew=True))


def test_a_long_command_is_cut_in_the_question(instance: FakeInstance) -> None:
    instance.add_script("test", "x" * 10_000, source="node")
    instance.add_script("test", "make\ntest", source="make")

    with pytest.raises(BrummerError) as told:
        chosen(instance, FakeCall(deaf=True))

    assert len(str(told.value)) < 500
    assert "(make test)" in str(told.value)


def test_nothing_is_hidden_from_the_person_who_is_asked(instance: FakeInstance) -> None:
    instance.add_script("test", "jest \u202e\x1b[8m\U000e0049", source="node")
    instance.add_script("test", "make test", source="make")
    call = FakeCall({"script test": {"action": "decline"}})

    with pytest.raises(BrummerError):
        chosen(instance, call)

    message = str(call.asked["script test"].parameters["message"])
    assert "(jest \ufffd\ufffd)" in message
    assert message.isprintable()


def test_a_process_of_ours_is_stopped_for_its_port(instance: FakeInstance) -> None:
    api, web = instance.add_process("api"), failed(instance)
    holds(instance, api.id)
    call = FakeCall({f"stop {api.id}": filled(stop=True)})

    assert room(instance, call, web)
    assert stopped(instance) == [api.id]
    message = call.asked[f"stop {api.id}"].parameters["message"]
    assert message == "web-2 needs port 3000, which api-1 holds (run api). Stop api-1?"


@pytest.mark.parametrize("reply", [REFUSED, filled(stop=False), filled()])
def test_a_process_is_left_running_if_one_says_so(
    instance: FakeInstance, reply: Mapping[str, object]
) -> None:
    api, web = instance.add_process("api"), failed(instance)
    holds(instance, api.id)

    with pytest.raises(BrummerError, match="port 3000 is held by api-1, which is to"):
        room(instance, FakeCall({f"stop {api.id}": reply}), web)

    assert stopped(instance) == []


def test_what_was_started_and_failed_is_said_when_one_declines(
    instance: FakeInstance,
) -> None:
    api, web = instance.add_process("api"), failed(instance)
    holds(instance, api.id)

    with pytest.raises(BrummerError, match=r"^web-2 was started and failed:"):
        room(instance, FakeCall({f"stop {api.id}": REFUSED}), web)


def test_nobody_is_stopped_by_who_cannot_be_asked(instance: FakeInstance) -> None:
    api, web = instance.add_process("api"), failed(instance)
    holds(instance, api.id)

    assert not room(instance, FakeCall(deaf=True), web)
    assert stopped(instance) == []


def test_nobody_is_asked_about_processes_that_are_not_ours(
    instance: FakeInstance,
) -> None:
    web = failed(instance)
    holds(instance)

    assert not room(instance, FakeCall(), web)


def test_a_process_that_ended_holds_nothing(instance: FakeInstance) -> None:
    api = instance.add_process("api", status=ProcessStatus.STOPPED)
    web = failed(instance)
    holds(instance, api.id)

    assert not room(instance, FakeCall(), web)


def test_a_port_that_is_free_by_now_needs_no_question(instance: FakeInstance) -> None:
    web = failed(instance)
    holds(instance, free=True)

    assert room(instance, FakeCall(), web)


@pytest.mark.parametrize("port", ["", "-1", "\u00b2", "http", "65536", "9" * 5_000])
def test_an_error_about_anything_else_is_none_about_a_port(
    instance: FakeInstance, port: str
) -> None:
    web = failed(instance, port)

    assert not room(instance, FakeCall(), web)
    assert instance.calls == []


def test_one_is_asked_before_the_next_start(instance: FakeInstance) -> None:
    api = instance.add_process("api")
    failed(instance)
    holds(instance, api.id)
    call = FakeCall({f"stop {api.id}": filled(stop=True)})

    asyncio.run(Choices(instance).before(call, "web"))

    assert stopped(instance) == [api.id]


def test_a_script_that_never_ran_is_started_without_questions(
    instance: FakeInstance,
) -> None:
    instance.add_process("api")

    asyncio.run(Choices(instance).before(FakeCall(), "web"))

    assert instance.calls == []


@pytest.mark.parametrize(
    ("process", "more", "advice"),
    [
        ("api-1", {}, "held by api-1; scripts_stop process=api-1, then call again"),
        ("", {}, "held by node (pid 41): node x; end that, or let the script use"),
        ("", {"free": True}, "port 3000 was taken and is free by now; call again"),
    ],
)
def test_what_to_do_about_a_port_is_said(
    instance: FakeInstance, process: str, more: Mapping[str, object], advice: str
) -> None:
    instance.add_process("api")
    web = failed(instance)
    holds(instance, process, **more)

    held = asyncio.run(Choices(instance).held(web.id))

    assert held is not None
    assert advice in held.advice
