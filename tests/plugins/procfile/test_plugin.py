import re
from dataclasses import replace
from pathlib import Path

import pytest

import brummer
import brummer_procfile
from tests.plugins.project import FakeSettings, write

PROCFILE = "web: bundle exec puma -p $PORT\n# a comment\n\n  worker:rake jobs:work  \n"


@pytest.fixture(autouse=True)
def _configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)
    brummer_procfile.brummer_configure(FakeSettings())


def scripts(root: Path) -> list[brummer.Script]:
    """Return what the plugin detects, as the host hands it on."""
    return [
        replace(script, source="procfile")
        for script in brummer_procfile.brummer_detect_scripts(root)
    ]


def ports(root: Path) -> list[str]:
    answers = map(brummer_procfile.brummer_environment, scripts(root))
    return [answer["PORT"] for answer in answers if answer]


def test_each_entry_is_a_script(tmp_path: Path) -> None:
    write(tmp_path, {"Procfile": PROCFILE})

    found = [(script.name, script.command) for script in scripts(tmp_path)]

    assert found == [
        ("web", "bundle exec puma -p $PORT"),
        ("worker", "rake jobs:work"),
    ]


def test_a_folder_without_a_procfile_has_no_scripts(tmp_path: Path) -> None:
    assert scripts(tmp_path) == []


def test_the_file_for_development_comes_before_the_other(tmp_path: Path) -> None:
    write(tmp_path, {"Procfile": "web: serve\njob: work", "Procfile.dev": "web: dev"})

    found = {script.name: script.command for script in scripts(tmp_path)}

    assert found == {"web": "dev", "job": "work"}


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("web: a\nno colon here", 2),
        ("web:", 1),
        ("\n\n: command", 3),
        ("two words: command", 1),
        ("web: a\nweb: b", 2),
        ("web: a\x0bb\n\u2028\n!", 3),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, content: str, line: int) -> None:
    write(tmp_path, {"Procfile": content})
    place = re.escape(f"{tmp_path / 'Procfile'}:{line}: ")

    with pytest.raises(brummer.BrummerError, match=f"^{place}"):
        scripts(tmp_path)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_bytes(b"web: \xff\xfe")

    with pytest.raises(brummer.BrummerError, match="Procfile: cannot be read"):
        scripts(tmp_path)


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_bytes(b"\xef\xbb\xbfweb: a\r\njob: b\r\n")

    assert [script.command for script in scripts(tmp_path)] == ["a", "b"]


def test_ports_are_a_hundred_apart_from_5000(tmp_path: Path) -> None:
    write(tmp_path, {"Procfile": "a: 1\nb: 2\nc: 3"})

    assert ports(tmp_path) == ["5000", "5100", "5200"]


def test_the_port_of_the_environment_is_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"Procfile": "a: 1\nb: 2"})
    monkeypatch.setenv("PORT", "3000")

    assert ports(tmp_path) == ["3000", "3100"]


def test_the_user_sets_the_first_port_and_the_step(tmp_path: Path) -> None:
    write(tmp_path, {"Procfile": "a: 1\nb: 2"})
    brummer_procfile.brummer_configure(FakeSettings(base_port=8000, port_step=1))

    assert ports(tmp_path) == ["8000", "8001"]


def test_a_port_that_is_none_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"Procfile": "a: 1\nb: 2"})
    brummer_procfile.brummer_configure(FakeSettings(base_port=65_500))

    with pytest.raises(brummer.BrummerError, match="'b' would get 65600"):
        ports(tmp_path)


def test_a_port_that_the_script_has_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, {"Procfile": "web: a"})
    (script,) = scripts(tmp_path)
    own = replace(script, environment={"PORT": "9000"})

    assert brummer_procfile.brummer_environment(own) is None


def test_other_peoples_scripts_get_no_port(tmp_path: Path) -> None:
    write(tmp_path, {"Procfile": "web: a"})
    (script,) = scripts(tmp_path)

    foreign = replace(script, source="node")
    gone = replace(script, name="other")

    assert brummer_procfile.brummer_environment(foreign) is None
    assert brummer_procfile.brummer_environment(gone) is None
