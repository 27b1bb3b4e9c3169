"""Tests of brumctl commands that show a table."""

import json

import pytest

from brummer.model.finding import Finding, FindingKind
from brummer.model.health import ComponentHealth, HealthLevel
from brummer.model.process import ProcessStatus, Usage
from tests.cli.conftest import Desk


def test_ps_lists_what_lives_and_the_last_that_ended(desk: Desk) -> None:
    desk.instance.add_process("web", status=ProcessStatus.FAILED, exit_code=3)
    desk.instance.add_process("web", run=2)
    desk.instance.add_process("job", status=ProcessStatus.SUCCESS, exit_code=0)

    said = desk.ctl("ps")

    assert "web-1" not in said.out
    assert "web-2" in said.out
    assert "job-3" in said.out


def test_ps_shows_everything_on_request(desk: Desk) -> None:
    desk.instance.add_process("web", status=ProcessStatus.FAILED, exit_code=3)
    desk.instance.add_process("web", run=2)

    said = desk.ctl("ps", "-a")

    assert "failed 3" in said.out
    assert len(said.out.splitlines()) == 3


def test_ps_shows_what_a_process_uses(desk: Desk) -> None:
    web = desk.instance.add_process("web").id
    usage = Usage(cpu=12.3, memory=210 * 1024**2, processes=2, ports=(5173,))
    desk.instance.measure(web, usage)

    said = desk.ctl("ps")

    assert "12%" in said.out
    assert "210M" in said.out
    assert "5173" in said.out


def test_ps_of_nothing_says_what_to_do(desk: Desk) -> None:
    assert "brumctl start" in desk.ctl("ps").out


def test_a_command_with_escape_sequences_is_shown_without(desk: Desk) -> None:
    desk.instance.add_process("web", command="echo \x1b[31mred\x1b]2;title\x07")

    assert "\x1b" not in desk.ctl("ps").out


def test_ps_as_json_has_the_fields_of_the_model(desk: Desk) -> None:
    desk.instance.add_process("web")

    rows = json.loads(desk.ctl("ps", "--json").out)

    assert rows[0]["id"] == "web-1"
    assert rows[0]["usage"] is None


def test_scripts_are_listed_with_their_source(desk: Desk) -> None:
    desk.instance.add_script("dev", "vite")

    assert "node" in desk.ctl("scripts").out
    assert desk.ctl("scripts", "--names").out == "dev\n"


def test_status_counts_processes_and_fails_with_them(desk: Desk) -> None:
    desk.instance.add_process("web")
    assert desk.ctl("status").code == 0

    desk.instance.add_process("api", status=ProcessStatus.FAILED, exit_code=1)
    said = desk.ctl("status")

    assert said.code == 1
    assert "1 running" in said.out
    assert "shop-1" in said.out


def test_status_tells_of_builds_and_tests_and_questions(desk: Desk) -> None:
    web = desk.instance.add_process("web")
    for kind, title in (
        (FindingKind.BUILD, "tsc: ok in 1.2 s"),
        (FindingKind.TEST, "jest: 2 passed"),
        (FindingKind.PROMPT, "asks: Overwrite? (y/N)"),
        (FindingKind.ERROR, "TypeError"),
    ):
        desk.instance.report(
            Finding(
                kind=kind,
                title=title,
                process=web.id,
                time=1.0,
                details={"state": "ok"},
            )
        )
    desk.instance.report(
        Finding(
            kind=FindingKind.PROMPT,
            title="asks: Sure?",
            process=web.id,
            time=1.0,
            resolved=2.0,
        )
    )

    told = json.loads(desk.ctl("status", "--json").out)

    assert told["builds"] == [
        {"process": web.id, "says": "tsc: ok in 1.2 s", "state": "ok"}
    ]
    assert [row["says"] for row in told["tests"]] == ["jest: 2 passed"]
    assert [row["says"] for row in told["prompts"]] == ["asks: Overwrite? (y/N)"]
    assert f"prompts    {web.id}: asks: Overwrite? (y/N)" in desk.ctl("status").out


def test_health_fails_with_what_is_bad(desk: Desk) -> None:
    assert desk.ctl("health").code == 0

    desk.instance.set_health(
        ComponentHealth(component="plugin x", level=HealthLevel.FAILED, error="boom")
    )
    said = desk.ctl("health")

    assert said.code == 1
    assert "boom" in said.out


def test_instances_are_listed_without_their_tokens(desk: Desk) -> None:
    head, row = desk.ctl("instances").out.splitlines()

    assert head.split() == ["ID", "PID", "PORT", "FOLDER"]
    # Nobody serves agents here.
    assert row.split()[0] == "shop-1"
    assert row.split()[2] == "-"
    assert "token" not in desk.ctl("instances", "--json").out


def test_metrics_are_printed_as_they_are(desk: Desk) -> None:
    desk.instance.answers["metrics.read"] = {"text": "a 1\n", "values": {"a": 1}}

    assert desk.ctl("metrics").out == "a 1\n"
    assert json.loads(desk.ctl("metrics", "--json").out) == {"a": 1}


def test_without_an_instance_each_table_says_so(lonely: Desk) -> None:
    said = lonely.ctl("ps")

    assert said.code == 1
    assert "no instance runs" in said.err


def test_names_of_scripts_are_lines_or_a_list(desk: Desk) -> None:
    for name in ("dev", "test"):
        desk.instance.add_script(name)

    assert desk.ctl("scripts", "--names").out == "dev\ntest\n"
    assert json.loads(desk.ctl("scripts", "--names", "--json").out) == ["dev", "test"]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("ps",), list),
        (("scripts",), list),
        (("urls",), list),
        (("errors",), list),
        (("status",), dict),
        (("health",), list),
        (("instances",), list),
        (("start", "dev"), dict),
        (("stop", "web"), list),
        (("kill", "web"), list),
        (("restart", "web"), list),
        (("stop", "nobody"), list),
        (("input", "web", "x"), dict),
        (("signal", "USR1", "web"), dict),
        (("wait", "web", "--for", "line", "--pattern", "one"), dict),
        (("logs", "web"), dict),
        (("quit",), dict),
    ],
)
def test_answers_for_programs_are_json_whatever_is_asked(
    desk: Desk, words: tuple[str, ...], kind: type
) -> None:
    desk.instance.add_script("dev")
    desk.instance.print(desk.instance.add_process("web").id, "one")

    assert isinstance(json.loads(desk.ctl(*words, "--json").out), kind)
