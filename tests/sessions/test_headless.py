"""Without a screen: what is printed, where, and with which code it ends."""

import json
import re
import signal
import sys
from pathlib import Path

import pytest

from tests.support.site import Site
from tests.support.wait import wait_until

NASTY = ("a b", "$HOME", "*", "it's", '"', "`id`", ";", "", "--flag", "é")


def lines(text: str) -> list[str]:
    """Return *text* as lines without their times."""
    return [re.sub(r"^\[\d\d:\d\d:\d\d\] ", "", line) for line in text.splitlines()]


def outcome(site: Site, *words: str) -> tuple[int, list[str], list[str]]:
    """Run to the end of all; return the code and the lines of both streams."""
    done = site.run("--no-tui", "--exit-on", "done", *words)
    return done.returncode, lines(done.stdout), lines(done.stderr)


def test_a_line_has_time_and_name_and_goes_to_its_own_stream(site: Site) -> None:
    site.scripts(web="echo out; echo err >&2")

    done = site.run("--no-tui", "--exit-on", "done", "web")

    assert re.fullmatch(r"\[\d\d:\d\d:\d\d\] web: out\n", done.stdout)
    assert re.fullmatch(r"\[\d\d:\d\d:\d\d\] web: err\n", done.stderr)
    assert done.returncode == 0


def test_colours_are_for_terminals(site: Site) -> None:
    site.scripts(web=r"printf '\033[31mred\033[0m\033[2Jtext\n'")

    assert outcome(site, "web") == (0, ["web: redtext"], [])


@pytest.mark.parametrize(
    ("wish", "words", "code"),
    [
        ("done", ("good", "bad", "worse"), 4),
        ("done", ("good",), 0),
        ("first", ("good", "endless"), 0),
        ("first", ("bad", "endless"), 3),
        ("failure", ("good", "bad", "endless"), 3),
        ("failure", ("good",), 0),
    ],
)
def test_it_ends_as_it_was_told_with_the_worst_code(
    site: Site, wish: str, words: tuple[str, ...], code: int
) -> None:
    site.scripts(good="true", bad="exit 3", worse="exit 4", endless="sleep 1000")

    done = site.run("--no-tui", "--exit-on", wish, *words)

    assert done.returncode == code
    assert site.marked() == []


def test_a_quoted_command_is_for_the_shell(site: Site) -> None:
    assert outcome(site, "echo 'a  b' | tr a-z A-Z; X=1; echo \"$X\"") == (
        0,
        ["echo: A  B", "echo: 1"],
        [],
    )


@pytest.mark.parametrize("kind", ["script", "program", "command"])
def test_arguments_arrive_as_they_were_given(site: Site, kind: str) -> None:
    show = site.write("show.py", "import json, sys; print(json.dumps(sys.argv[1:]))")
    site.scripts(show=f"{sys.executable} {show}")
    show.chmod(0o755)
    show.write_text(f"#!{sys.executable}\n{show.read_text()}")
    word = {
        "script": "show",
        "program": str(show),
        "command": f"{sys.executable} {show}",
    }[kind]

    code, (line,), _ = outcome(site, word, "--", *NASTY)

    assert code == 0
    assert json.loads(line.partition(": ")[2]) == list(NASTY)


def test_a_word_that_is_nothing_starts_nothing(site: Site) -> None:
    site.scripts(good=f"touch {site.folder}/ran", serve="true")

    assert outcome(site, "good", "serv") == (
        1,
        [],
        ["brum: no script named 'serv'; did you mean serve?"],
    )
    assert not (site.folder / "ran").exists()


def test_a_command_that_is_not_found(site: Site) -> None:
    code, _, err = outcome(site, "no-such-program --at-all")

    assert code == 127
    assert "no-such-program: exited with 127 (command not found)" in err[-1]


def test_last_words_of_who_ends_at_once(site: Site) -> None:
    site.scripts(brief="echo why >&2; printf 'because'; exit 7")

    code, out, err = outcome(site, "brief")

    assert (code, out) == (7, ["brief: because"])
    assert err[0] == "brief: why"
    assert err[1].startswith("brief: exited with 7 after ")


def test_without_a_wish_it_lives_until_a_signal(site: Site) -> None:
    with site.brum("--no-tui") as brum:
        site.wait_for_instance()
        assert site.ask("ps") == []

        brum.send_signal(signal.SIGTERM)

        assert brum.wait(20) == 128 + signal.SIGTERM


def test_files_with_variables_are_read_at_each_start(site: Site) -> None:
    site.scripts(show='echo "$PLACE $API_TOKEN"; sleep 1000')
    dotenv = site.write(".env", "PLACE=here\nAPI_TOKEN=s3cret-one\n")
    with site.brum("--no-tui", "show"):
        site.wait_for_instance()
        site.ctl("wait", "show", "--for", "line", "--pattern", "here")

        dotenv.write_text("PLACE=there\nAPI_TOKEN=s3cret-two\n")
        site.ctl("restart", "show")

        log = ["logs", "show-2"]
        wait_until(lambda: "there s3cret-two" in site.ctl(*log).stdout, limit=20)
        said = site.ctl(*log).stdout.replace("there s3cret-two", "")
        assert "PLACE" in said
        assert "API_TOKEN" in said
        assert "s3cret" not in said


def test_settings_of_a_script(site: Site) -> None:
    (site.folder / "below").mkdir()
    site.scripts(show='echo "$WHO in $PWD"; test -t 1 || echo pipe')
    site.write(
        ".brum.toml",
        '[scripts.show]\nenv = {WHO = "me"}\ndir = "below"\ntty = false\n',
    )

    code, out, _ = outcome(site, "show")

    assert code == 1 - ("show: pipe" in out)
    assert out == [f"show: me in {site.folder}/below", "show: pipe"]


def test_the_signal_and_the_grace_of_a_script(site: Site) -> None:
    site.scripts(
        polite="trap 'echo bye; exit 0' INT; echo up; while :; do sleep 0.05; done",
        rude="trap '' TERM; echo up; while :; do sleep 0.05; done",
    )
    site.write(
        ".brum.toml",
        '[process_manager]\ngrace = 600\n[scripts.polite]\nstop_signal = "SIGINT"\n'
        "[scripts.rude]\ngrace = 0.2\n",
    )
    with site.brum("--no-tui", "polite", "rude") as brum:
        site.wait_for_instance()
        for name in ("polite", "rude"):
            site.ctl("wait", name, "--for", "line", "--pattern", "up")

        polite = site.ctl("stop", "polite")
        rude = site.ctl("stop", "rude")

        assert polite.stdout == "polite-1: stopped with 0\n"
        assert rude.stdout == "rude-1: stopped with 137\n"
        assert "bye" in site.ctl("logs", "polite").stdout
        assert brum.poll() is None


def test_a_failure_is_tried_again_after_a_while(site: Site) -> None:
    site.scripts(shaky="echo try; test -e ok && exec sleep 1000; touch ok; exit 1")
    site.write(".brum.toml", '[scripts.shaky]\nrestart = "on-failure"\n')
    with site.brum("--no-tui", "shaky"):
        site.wait_for_instance()

        wait_until(
            lambda: (
                [row["id"] for row in site.ask("ps")] == ["shaky-2"]
                and site.ask("ps")[0]["status"] == "running"
            ),
            limit=20,
        )

        assert "try" in site.ctl("logs", "shaky-1").stdout


def test_a_procfile(site: Site) -> None:
    site.write("Procfile", "web: echo from $PLACE\n# a remark\nworker: echo work\n")
    site.write(".env", "PLACE=Procfile\n")

    code, out, _ = outcome(site, "web", "worker")

    assert code == 0
    assert sorted(out) == ["web: from Procfile", "worker: work"]


def test_a_workspace(site: Site) -> None:
    folder: Path = site.folder
    site.scripts(lint="echo $PWD")
    site.write("pnpm-workspace.yaml", "packages:\n  - 'packages/*'\n")
    for name in ("api", "ui"):
        manifest = {"name": f"@shop/{name}", "scripts": {"dev": "echo $PWD"}}
        site.write(f"packages/{name}/package.json", json.dumps(manifest))

    code, out, _ = outcome(site, "lint", "api#dev", "ui#dev")

    assert code == 0
    assert sorted(out) == [
        f"api#dev: {folder}/packages/api",
        f"lint: {folder}",
        f"ui#dev: {folder}/packages/ui",
    ]
