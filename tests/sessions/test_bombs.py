"""Plugins that fail in every way, with the program that has to survive them."""

import re
import sys
from typing import Final

import pytest

from tests.support.site import BRUM, Site
from tests.support.terminal import Terminal
from tests.support.wait import wait_until

HOOK: Final = "import time, brummer\n@brummer.hookimpl\ndef {signature}:\n    {body}\n"


def hook(signature: str, body: str) -> str:
    """Return a plugin with one hook."""
    return HOOK.format(signature=signature, body=body)


#: Plugins, and what is said of each.
BOMBS: Final[dict[str, tuple[str, str]]] = {
    "import error": ("import no_such_module_anywhere", "no_such_module_anywhere"),
    "syntax error": ("def broken(:", "[Ss]yntax"),
    "exit at import": ("raise SystemExit(3)", "SystemExit"),
    "configure": (
        hook("brummer_configure(app, settings)", "raise SystemExit('away')"),
        "away",
    ),
    "detect": (
        hook("brummer_detect_scripts(root)", "raise ValueError('no scripts')"),
        "no scripts",
    ),
    "wrong type": (hook("brummer_detect_scripts(root)", "return 42"), "42|int"),
    "startup": (hook("brummer_startup(app)", "raise KeyError('start')"), "start"),
    "launch": (hook("brummer_launch(script)", "1 / 0"), "ZeroDivisionError"),
    "environment": (hook("brummer_environment(script)", "return 'x'"), "x|str"),
    "change": (
        hook("brummer_process_changed(before, after)", "raise OSError('changed')"),
        "changed",
    ),
    "unknown hook": (hook("brummer_no_such_hook(x)", "pass"), "no_such_hook"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_the_program_runs_on_and_names_the_plugin(site: Site, name: str) -> None:
    text, complaint = BOMBS[name]
    site.scripts(web="echo up; sleep 1000")
    site.write("bomb.py", text)
    with site.brum("--no-tui", "-P", "./bomb.py", "web") as brum:
        site.wait_for_instance()

        waited = site.ctl("wait", "web", "--for", "line", "--pattern", "up")
        assert waited.returncode == 0

        def named() -> bool:
            rows = [row for row in site.ask("plugins") if row["name"] == "bomb"]
            return any(re.search(complaint, row["error"]) for row in rows)

        wait_until(named, limit=20)
        assert "bomb" in site.ctl("plugins").stdout
        assert any(
            "bomb" in row["component"] and row["level"] != "healthy"
            for row in site.ask("health")
        )
        site.ctl("quit")
        assert brum.wait(20) == 0


def test_a_plugin_that_hangs_holds_nothing_up(site: Site) -> None:
    site.scripts(web="echo up; sleep 1000")
    site.write(
        "bomb.py",
        hook("brummer_process_changed(before, after)", "time.sleep(1000)"),
    )
    with site.brum("--no-tui", "-P", "./bomb.py", "web") as brum:
        site.wait_for_instance()
        site.ctl("wait", "web", "--for", "line", "--pattern", "up")

        quick = site.ctl("start", "echo quick")
        site.ctl("quit")

        assert quick.stdout == "started echo-1\n"
        assert brum.wait(25) == 0
        assert site.marked() == []


def test_the_screen_names_what_is_broken(site: Site) -> None:
    site.scripts(web="sleep 1000")
    site.write("bomb.py", "import no_such_module_anywhere")
    with Terminal(
        [*BRUM, "-P", "./bomb.py"],
        columns=120,
        rows=40,
        env=site.environment,
        cwd=site.folder,
    ) as terminal:
        terminal.wait_for("1 script", limit=30)

        terminal.press("!")

        terminal.wait_for("plugin bomb")
        terminal.wait_for("cannot be imported: ModuleNotFoundError")
        terminal.press("esc", "q")
        assert terminal.wait_exit(limit=30) == 0


def test_a_folder_is_no_source_of_plugins(site: Site) -> None:
    site.write("brummer_evil.py", "open('ran', 'w')")
    site.write("sitecustomize.py", "open('ran', 'w')")
    site.write("conftest.py", "open('ran', 'w')")

    done = site.run("--no-tui", "--exit-on", "done", f"{sys.executable} -IS -c 1")

    assert done.returncode == 0
    assert not (site.folder / "ran").exists()
