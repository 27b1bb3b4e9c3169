"""Everything that brumctl does, with a program that really runs."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.site import BRUMCTL, Site, new_site
from tests.support.wait import wait_until

SERVER = (
    "echo 'Local: http://localhost:{port}/'; while read line; do echo got $line; done"
)

SCRIPTS = {
    "web": SERVER.format(port=5173),
    "quick": "echo done; exit 3",
    "counting": "i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.05; done",
    "asking": "printf 'Overwrite? (y/N) '; read line; echo got $line; sleep 100",
    "trapping": "trap 'echo heard' USR1; echo set; while :; do sleep 0.05; done",
}


@pytest.fixture
def shop(site: Site) -> Iterator[Site]:
    """Return a site in which brum runs, with the script ``web``."""
    site.scripts(**SCRIPTS)
    with site.brum("--no-tui", "web"):
        site.wait_for_instance()
        wait_until(lambda: site.ask("urls"), limit=20)
        yield site


def said(site: Site, *words: str) -> str:
    """Return what a command prints that has to succeed."""
    done = site.ctl(*words)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_tables_for_people(shop: Site) -> None:
    assert re.search(r"^web-1 +running +\d+ ", said(shop, "ps"), re.MULTILINE)
    assert re.search(r"^quick +node ", said(shop, "scripts"), re.MULTILINE)
    assert said(shop, "scripts", "--names").split() == list(SCRIPTS)
    assert "http://localhost:5173/" in said(shop, "urls")
    assert "processes  1 running" in said(shop, "status")
    assert str(shop.folder) in said(shop, "instances")
    assert "# TYPE brummer_processes gauge" in said(shop, "metrics")
    assert said(shop, "leftovers") == "nothing was left running\n"
    assert re.search(r"^node +on ", said(shop, "plugins"), re.MULTILINE)
    assert "COMPONENT" in said(shop, "health")
    assert "runs here" in said(shop, "doctor")


def test_the_same_for_programs(shop: Site) -> None:
    (process,) = shop.ask("ps")
    assert (process["id"], process["status"]) == ("web-1", "running")
    assert [script["name"] for script in shop.ask("scripts")] == list(SCRIPTS)
    assert shop.ask("urls")[0]["details"]["url"] == "http://localhost:5173/"
    assert shop.ask("status")["processes"] == {"running": 1}
    (instance,) = shop.ask("instances")
    assert instance["directory"] == str(shop.folder)
    assert "token" not in instance
    assert isinstance(shop.ask("metrics"), dict | list)
    assert shop.ask("leftovers") == []
    assert {"builds", "errors", "node", "procfile", "prompts", "tests", "urls"} <= {
        row["name"] for row in shop.ask("plugins")
    }
    assert all(row["level"] == "healthy" for row in shop.ask("health"))
    assert {row["verdict"] for row in shop.ask("doctor")} <= {"ok", "note"}


def test_a_question_is_told_until_it_is_answered(shop: Site) -> None:
    said(shop, "start", "asking")
    wait_until(lambda: shop.ask("status")["prompts"], limit=20)

    [asked] = shop.ask("status")["prompts"]
    said(shop, "input", "asking", "y")
    wait_until(lambda: not shop.ask("status")["prompts"], limit=20)

    assert asked["question"] == "Overwrite? (y/N)"
    assert asked["process"].startswith("asking-")


def test_a_process_from_start_to_end(shop: Site) -> None:
    assert said(shop, "start", "counting") == "started counting-1\n"
    assert said(shop, "restart", "counting") == "counting-2: running\n"
    assert said(shop, "stop", "counting") == "counting-2: stopped with 143\n"
    assert said(shop, "start", "trapping") == "started trapping-1\n"
    assert said(shop, "kill", "trapping") == "trapping-1: stopped with 137\n"
    assert said(shop, "stop", "--all") == "web-1: stopped with 143\n"
    assert said(shop, "stop", "--all") == "nothing runs\n"
    assert shop.marked() == []


def test_a_shell_command_with_quotes_and_a_pipe(shop: Site) -> None:
    started = said(shop, "start", "echo 'a  b' | tr a-z A-Z")

    assert started == "started echo-1\n"
    assert shop.ctl("wait", "echo-1", "--for", "exit").returncode == 0
    assert said(shop, "logs", "echo-1") == "A  B\n"


def test_arguments_reach_a_script_as_they_are(shop: Site) -> None:
    said(shop, "start", "quick", "--", "$HOME", "a b", "*")

    assert shop.ctl("wait", "quick", "--for", "exit").returncode == 3
    assert "exit 3 '$HOME' 'a b' '*'" in shop.ask("ps", "--all")[-1]["command"]


def test_typing_into_a_process_that_reads(shop: Site) -> None:
    said(shop, "input", "web", "hello there")

    waited = shop.ctl("wait", "web", "--for", "line", "--pattern", "got hello there")
    assert waited.returncode == 0
    assert waited.stdout.endswith("got hello there\n")


def test_a_signal_reaches_the_process(shop: Site) -> None:
    said(shop, "start", "trapping")
    assert shop.ctl(
        "wait", "trapping", "--for", "line", "--pattern", "^set"
    ).returncode == (0)

    said(shop, "signal", "USR1", "trapping")

    done = shop.ctl("wait", "trapping", "--for", "line", "--pattern", "heard")
    assert done.returncode == 0


def test_waiting_has_the_exit_codes_of_what_it_waited_for(shop: Site) -> None:
    ready = shop.ctl("wait", "web")
    assert (ready.returncode, ready.stdout) == (0, "http://localhost:5173/\n")
    said(shop, "start", "quick")
    assert shop.ctl("wait", "quick", "--for", "exit").returncode == 3
    assert shop.ctl("wait", "quick").returncode == 3
    late = shop.ctl("wait", "web", "--for", "exit", "--timeout", "0.2")
    assert late.returncode == 124
    assert late.stderr == "brumctl: web-1: not exit after 0.2 s\n"


def test_following_a_log_ends_with_its_reader(shop: Site) -> None:
    said(shop, "start", "counting")
    with subprocess.Popen(
        [*BRUMCTL, "logs", "-f", "counting"],
        cwd=shop.folder,
        env=shop.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as following:
        assert following.stdout is not None
        lines = [following.stdout.readline() for _ in range(5)]

        following.stdout.close()

        assert following.wait(20) == 0
        assert following.stderr is not None
        assert following.stderr.read() == ""
    assert lines == [f"tick {number}\n" for number in range(1, 6)]


def test_following_a_process_ends_with_its_last_words(shop: Site) -> None:
    last = "for i in 1 2 3 4 5; do seq 400; done; sleep 0.3; printf bye; exit 3"
    for number, words in enumerate(([], ["--grep", "y"]), start=1):
        said(shop, "start", last)

        done = shop.ctl("logs", "-f", "for", *words)

        # Whoever comes when it has ended also reads what brum itself says of that.
        said_of_it = "exited with"
        printed = [x for x in done.stdout.splitlines() if not x.startswith(said_of_it)]
        assert printed[-1] == "bye"
        assert len(printed) == (1 if words else 2001)
        assert done.stderr == f"brumctl: for-{number} ended: failed 3\n"
        assert done.returncode == 0


@contextmanager
def follower(shop: Site) -> Iterator["subprocess.Popen[str]"]:
    """Run ``brumctl logs -f``, which has printed its first line."""
    with subprocess.Popen(
        [*BRUMCTL, "logs", "-f"],
        cwd=shop.folder,
        env=shop.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as following:
        assert following.stdout is not None
        following.stdout.readline()
        yield following


def test_following_all_ends_with_the_instance(shop: Site) -> None:
    with follower(shop) as following:
        said(shop, "quit")

        _, err = following.communicate(timeout=20)
        assert following.returncode == 0
    assert re.fullmatch(r"brumctl: shop-\w+ ended\n", err)


def test_a_follower_of_one_that_was_killed_says_so(shop: Site) -> None:
    with follower(shop) as following:
        os.kill(shop.ask("status")["pid"], signal.SIGKILL)

        _, err = following.communicate(timeout=20)
        assert following.returncode == 1
    assert err == "brumctl: the instance hung up\n"


def test_quit_ends_everything(site: Site) -> None:
    site.scripts(**SCRIPTS)
    with site.brum("--no-tui", "web", "counting") as brum:
        site.wait_for_instance()

        assert re.fullmatch(r"shop-\w+ ended\n", said(site, "quit"))

        assert brum.wait(20) == 0
        assert site.marked() == []
        assert [path for path in site.runtime.rglob("*") if not path.is_dir()] == []


def test_two_in_one_folder(shop: Site) -> None:
    first = shop.ask("instances")[0]
    with shop.brum("--no-tui", "counting") as second:
        assert second.stderr is not None
        notice = second.stderr.readline().decode()
        assert notice.startswith(f"brum: {first['id']} (pid ")
        assert "runs here already" in notice
        wait_until(lambda: len(shop.ask("instances")) == 2, limit=20)

        unclear = shop.ctl("ps")
        named = shop.ctl("--instance", first["id"], "ps", "--json")
        by_pid = shop.ctl("--instance", str(second.pid), "ps", "--json")
        shop.ctl("--instance", str(second.pid), "quit")

        assert unclear.returncode == 1
        assert "--instance" in unclear.stderr
        assert [row["id"] for row in json.loads(named.stdout)] == ["web-1"]
        assert [row["id"] for row in json.loads(by_pid.stdout)] == ["counting-1"]
        assert second.wait(20) == 0
    assert [row["id"] for row in shop.ask("ps")] == ["web-1"]


def test_two_in_two_folders(shop: Site, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with new_site(other) as bakery:
        bakery.environment.update(XDG_RUNTIME_DIR=str(shop.runtime))
        bakery.scripts(oven="echo warm; sleep 1000")
        with bakery.brum("--no-tui", "oven") as brum:
            bakery.wait_for_instance()

            assert [row["name"] for row in bakery.ask("ps")] == ["oven"]
            assert [row["name"] for row in shop.ask("ps")] == ["web"]
            assert len(shop.ask("instances")) == 2
            said(bakery, "quit")
            assert brum.wait(20) == 0
        assert [row["status"] for row in shop.ask("ps")] == ["running"]


def test_where_nothing_runs_it_says_so(site: Site) -> None:
    for words in (("ps",), ("start", "web"), ("logs", "-f"), ("quit",)):
        done = site.ctl(*words)

        assert done.returncode == 1
        assert done.stderr == (
            f"brumctl: no instance runs in {site.folder} or above it"
            " (running: none anywhere)\n"
        )


def test_names_that_are_nothing(shop: Site) -> None:
    unknown = shop.ctl("start", "quik")
    nobody = shop.ctl("stop", "nope")

    assert (unknown.returncode, nobody.returncode) == (1, 1)
    assert unknown.stderr == ("brumctl: no script named 'quik'; did you mean quick?\n")
    assert nobody.stderr == "brumctl: no process 'nope'; there are: web-1\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "tcsh"])
def test_completion_is_a_script_of_that_shell(site: Site, shell: str) -> None:
    pytest.importorskip("shtab")
    program = shutil.which(shell)

    script = site.ctl("completion", shell).stdout

    assert "brumctl" in script
    if program is None:
        pytest.skip(f"{shell} is not installed: the script was not loaded")
    loaded = subprocess.run(
        [program, "-n"],
        input=script,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (loaded.returncode, loaded.stderr) == (0, "")


def test_the_doctor_names_what_is_wrong(site: Site) -> None:
    site.write(".brum.toml", "[log_store]\nmax_entriez = 3\n")
    (site.home / "file").write_text("")

    done = site.ctl("doctor", XDG_STATE_HOME=str(site.home / "file"))

    assert done.returncode == 1
    assert re.search(r"wrong +settings: .*max_entriez", done.stdout)
    assert re.search(r"wrong +folders: ", done.stdout)
    assert sys.version.split()[0] in done.stdout
