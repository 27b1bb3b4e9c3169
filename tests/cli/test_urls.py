"""Servers on the command line."""

import json

from brummer.model.process import ProcessStatus
from tests.cli.conftest import Desk
from tests.support.finding import url

UP, DOWN = "http://localhost:5173/", "http://localhost:1/"


def test_urls_are_those_of_living_processes(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.report(url(web, UP))
    assert UP in desk.ctl("urls").out

    desk.instance.change(web, status=ProcessStatus.STOPPED)

    assert desk.ctl("urls").out == "no URLs yet\n"


def test_each_server_is_listed_once(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.report(url(web, UP))
    desk.instance.report(url(web, "http://127.0.0.1:5173/docs"))

    said = desk.ctl("urls").out.splitlines()

    assert said[0].split() == ["URL", "LABEL", "PROCESS", "SINCE"]
    assert [line.split()[0] for line in said[1:]] == [UP]


def test_nobody_looks_at_them_without_being_asked(desk: Desk) -> None:
    desk.instance.report(url(desk.instance.add_process("web").id, DOWN))

    [row] = json.loads(desk.ctl("urls", "--json").out)

    assert (row["details"]["url"], row["alive"]) == (DOWN, None)


def test_which_of_them_answer_is_told_on_request(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.report(url(web, UP))
    assert desk.ctl("urls", "--check").code == 0
    desk.instance.report(url(web, DOWN, details={"url": DOWN}))

    said = desk.ctl("urls", "--check")
    rows = json.loads(desk.ctl("urls", "--check", "--json").out)

    assert said.code == 1
    assert said.out.splitlines()[1].endswith("up 2ms")
    assert said.out.splitlines()[2].endswith("refused")
    assert [row["alive"] for row in rows] == [True, False]


def test_where_there_are_none_all_answer(desk: Desk) -> None:
    assert desk.ctl("urls", "--check").code == 0


def test_an_address_with_escape_sequences_is_shown_without(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    desk.instance.report(url(web, "http://localhost:80/\x1b]2;title\x07"))

    assert "\x1b" not in desk.ctl("urls").out
