import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from brummer.config.chain import FileState
from brummer.config.load import Loaded, load, survey
from brummer.config.settings import Settings
from brummer.errors import ConfigError


def problems(loaded: Loaded) -> list[str]:
    """Return what is wrong, without the folders."""
    return [str(one).rpartition("/")[2] for one in loaded.problems]


def test_without_any_file_everything_is_at_its_default(project: Path) -> None:
    loaded = load(project, environment={})

    assert loaded.settings == Settings()
    assert {str(origin) for origin in loaded.origins.values()} == {"default"}
    assert {file.state for file in loaded.files} == {FileState.ABSENT}
    assert loaded.notices == ()


def test_flags_beat_variables_beat_files(project: Path) -> None:
    (project / ".brum.toml").write_text("mcp_port=1\nproxy_port=1\ntui.mouse = false")
    environment = {"BRUM_MCP_PORT": "2", "BRUM_PROXY_PORT": "2"}

    loaded = load(project, environment=environment, flags={"mcp_port": (3, "--port")})

    settings = loaded.settings
    assert (settings.mcp_port, settings.proxy_port, settings.tui.mouse) == (3, 2, False)
    assert str(loaded.origins["mcp_port"]) == "--port"
    assert str(loaded.origins["proxy_port"]) == "BRUM_PROXY_PORT"
    assert str(loaded.origins["tui.mouse"]) == f"{project}/.brum.toml:3"


def test_o_beats_the_flags_and_its_last_use_wins(project: Path) -> None:
    loaded = load(
        project,
        environment={},
        flags={"mcp_port": (3, "--port")},
        options=["mcp_port=4", "mcp_port=5"],
    )

    assert loaded.settings.mcp_port == 5


def test_the_nearest_file_wins_key_by_key(home: Path, project: Path) -> None:
    (home / "xdg" / "brummer").mkdir(parents=True)
    (home / "xdg" / "brummer" / "brum.toml").write_text("mcp_port = 1\nno_mcp = true\n")
    (home / ".brum.toml").write_text(
        'mcp_port = 2\n[scripts.web]\ntty = false\nenv = { A = "1", B = "1" }\n'
        "[plugins.x]\na = 1\nb.c = 1\n"
    )
    (project.parent / ".brum.toml").write_text(
        'mcp_port = 3\n[scripts.web.env]\nB = "2"\n[plugins.x]\nb = { d = 2 }\n'
    )
    (project / ".brum.toml").write_text('[scripts.web]\nrestart = "always"\n')

    loaded = load(project, environment={})

    settings = loaded.settings
    web = settings.scripts["web"]
    assert (settings.mcp_port, settings.no_mcp) == (3, True)
    assert (web.tty, web.restart, dict(web.env)) == (
        False,
        "always",
        {"A": "1", "B": "2"},
    )
    assert settings.plugin_tables["x"] == {"a": 1, "b": {"c": 1, "d": 2}}
    assert str(loaded.origins["scripts.web.env.B"]) == f"{project.parent}/.brum.toml:3"


def test_home_counts_once_where_it_is_strongest(home: Path, project: Path) -> None:
    (home / ".brum.toml").write_text("mcp_port = 1\nproxy_port = 1\n")
    (home.parent / ".brum.toml").write_text("mcp_port = 2\nno_mcp = true\n")

    loaded = load(project, environment={})

    assert (loaded.settings.mcp_port, loaded.settings.no_mcp) == (1, True)


def test_the_folder_counts_and_not_where_one_is(
    home: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".brum.toml").write_text("mcp_port = 1\n")
    (project / ".brum.toml").write_text("mcp_port = 2\n")
    monkeypatch.chdir(elsewhere)

    assert load(project, environment={}).settings.mcp_port == 2
    assert load(Path(), environment={}).settings.mcp_port == 1
    assert load(Path("../work/shop"), environment={}).settings.mcp_port == 2


def test_everything_wrong_is_told_at_once(project: Path) -> None:
    (project / ".brum.toml").write_text("mcp_prt = 1\nproxy_mode = 'ful'\n")
    (project.parent / ".brum.toml").write_text("a = ")

    with pytest.raises(ConfigError) as caught:
        load(
            project,
            environment={"BRUM_NO_MCP": "never"},
            flags={"mcp_port": (70000, "--port")},
            options=["eventbus"],
        )

    assert str(caught.value).splitlines() == [
        f"{project.parent}/.brum.toml:1:5: invalid value; text needs quotes",
        f"{project}/.brum.toml:1: unknown key or table mcp_prt; did you mean mcp_port?",
        (
            f"{project}/.brum.toml:2: proxy_mode is 'ful', but takes reverse or full; "
            "did you mean full?"
        ),
        "BRUM_NO_MCP: no_mcp is 'never', but takes true or false",
        "--port: mcp_port is 70000, but takes a whole number from 0 to 65535",
        "-o eventbus: takes KEY=VALUE, as in eventbus.worker_pool_size=8",
    ]
    assert caught.value.exit_code == 2


def test_a_survey_goes_on_without_what_is_wrong(project: Path) -> None:
    (project / ".brum.toml").write_text("mcp_port = 'x'\nno_mcp = true\n")

    loaded = survey(project, environment={})

    assert loaded.settings == Settings(no_mcp=True)
    assert problems(loaded) == [
        ".brum.toml:1: mcp_port is 'x', but takes a whole number from 0 to 65535"
    ]


def test_an_unreadable_file_is_an_error_that_names_it(project: Path) -> None:
    (project.parent / ".brum.toml").mkdir()

    with pytest.raises(ConfigError, match="it is not a file") as caught:
        load(project, environment={})

    assert caught.value.origin == f"{project.parent}/.brum.toml"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_an_ignored_file_of_somebody_else_is_told(project: Path) -> None:
    foreign = project.parent / ".brum.toml"
    foreign.write_text("mcp_port = 1\n")
    os.chown(foreign, 4711, 4711)

    loaded = load(project, environment={})

    assert loaded.settings == Settings()
    assert loaded.notices == (f"{foreign}: ignored: it belongs to somebody else",)


def test_a_configuration_of_the_original_program_loads_with_notices(
    project: Path,
) -> None:
    (project / ".brum.toml").write_text(
        "use_robust_networking = true\n"
        "[ai_coders]\nenabled = true\n"
        '[ai_coders.providers.claude]\nmodel = "x"\n'
        "[resources]\nmax_goroutines = 64\n"
    )

    loaded = load(project, environment={})

    assert loaded.settings.resources.max_threads == 64
    assert [one.removeprefix(f"{project}/") for one in loaded.notices] == [
        (
            ".brum.toml:1: use_robust_networking is not used; "
            "connections are always kept and retried"
        ),
        ".brum.toml:2: ai_coders is not used; agents connect through MCP",
        ".brum.toml:7: resources.max_goroutines is now resources.max_threads",
    ]


def test_nobody_can_change_what_a_plugin_will_read(project: Path) -> None:
    (project / ".brum.toml").write_text(
        "[plugins.x]\na = [1, { b = [2] }]\nwhen = 2026-11-21\n[plugins.empty]\n"
    )

    tables = load(project, environment={}).settings.plugin_tables

    assert tables["x"]["a"] == (1, {"b": (2,)})
    assert tables["x"]["when"] == date(2026, 11, 21)
    assert tables["empty"] == {}
    assert isinstance(tables["x"], MappingProxyType)


def test_a_script_with_an_empty_table_is_there(project: Path) -> None:
    (project / ".brum.toml").write_text("[scripts.web]\n")

    loaded = load(project, environment={})

    assert list(loaded.settings.scripts) == ["web"]
    assert str(loaded.origins["scripts.web.tty"]) == "default"


def test_the_place_of_a_key_is_told_for_messages(project: Path) -> None:
    (project / ".brum.toml").write_text("[plugins.x]\na = 1\n[plugins]\ny.b = 2\n")
    loaded = load(project, environment={})

    assert loaded.where("plugins.x.a") == f"{project}/.brum.toml:2"
    assert loaded.where("plugins.x.missing") == f"{project}/.brum.toml:1"
    assert loaded.where("plugins.y") == f"{project}/.brum.toml:4"
    assert loaded.where("mcp_port") == "[mcp_port]"


def test_a_deep_configuration_is_refused_and_not_a_crash(project: Path) -> None:
    (project / ".brum.toml").write_text(f"plugins.x.a = {'[' * 900}{']' * 900}")

    loaded = survey(project, environment={}, options=["x.b=" + "[" * 900 + "]" * 900])

    assert problems(loaded) == [".brum.toml:1:1: is nested more than 64 deep"]


def test_loading_imports_nothing_that_only_editing_needs(project: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from brummer.config.load import load\n"
        "load(pathlib.Path(sys.argv[1]))\n"
        "print({'tomlkit', 'urwid', 'pluggy'} & set(sys.modules))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, project],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )

    assert done.stdout == "set()\n"
