from pathlib import Path

import pytest

from brummer.process.environment import Sources, compose


def file(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content)
    return path


def test_the_later_source_wins(tmp_path: Path) -> None:
    sources = Sources(
        files=(
            file(tmp_path, ".env", "A=file\nB=file\nC=file\nD=file\nE=file\nF=file"),
            file(tmp_path, ".env.local", "B=local\nC=local\nD=local\nE=local\nF=local"),
        ),
        own_files=(file(tmp_path, "web.env", "C=own\nD=own\nE=own\nF=own"),),
        plugins={"D": "plugin", "E": "plugin", "F": "plugin"},
        settings={"E": "settings", "F": "settings"},
        launch={"F": "launch"},
    )

    environment = compose(sources)

    assert environment.variables == {
        "A": "file",
        "B": "local",
        "C": "own",
        "D": "plugin",
        "E": "settings",
        "F": "launch",
    }
    assert environment.problems == ()


def test_the_projects_files_do_not_override_what_the_user_set(tmp_path: Path) -> None:
    sources = Sources(
        parent={"PORT": "4000"},
        files=(file(tmp_path, ".env", "PORT=3000\nURL=http://localhost:${PORT}"),),
    )

    environment = compose(sources)

    assert environment.variables == {"URL": "http://localhost:4000"}


def test_a_scripts_own_file_does(tmp_path: Path) -> None:
    sources = Sources(
        parent={"PORT": "4000"},
        own_files=(file(tmp_path, "w.env", "PORT=3000\nURL=http://localhost:${PORT}"),),
    )

    environment = compose(sources)

    assert environment.variables == {"PORT": "3000", "URL": "http://localhost:3000"}


def test_a_file_sees_the_files_before_it(tmp_path: Path) -> None:
    sources = Sources(
        files=(
            file(tmp_path, ".env", "HOST=db"),
            file(tmp_path, ".env.local", "URL=${HOST}/a"),
        ),
        own_files=(file(tmp_path, "web.env", "FULL=http://${URL}"),),
    )

    environment = compose(sources)

    assert environment.variables["FULL"] == "http://db/a"


def test_files_are_read_again_each_time(tmp_path: Path) -> None:
    sources = Sources(files=(file(tmp_path, ".env", "A=1"),))
    first = compose(sources)

    file(tmp_path, ".env", "A=2")
    second = compose(sources)

    assert (first.variables, second.variables) == ({"A": "1"}, {"A": "2"})


def test_only_a_script_that_asks_for_a_file_is_told_that_it_is_missing(
    tmp_path: Path,
) -> None:
    sources = Sources(
        files=(tmp_path / ".env",),
        own_files=(tmp_path / "web.env",),
    )

    environment = compose(sources)

    assert environment.variables == {}
    assert environment.problems == (
        f"{tmp_path}/web.env: no such file; the script asks for it",
    )


def test_bad_lines_are_told_and_the_rest_is_used(tmp_path: Path) -> None:
    sources = Sources(files=(file(tmp_path, ".env", "A=1\n?? ??\nB=2"),))

    environment = compose(sources)

    assert environment.variables == {"A": "1", "B": "2"}
    assert environment.problems == (
        f"{tmp_path}/.env:2: not of the form NAME=value; the line is not used",
    )


def test_a_bomb_of_references_costs_the_variables_that_would_not_fit(
    tmp_path: Path,
) -> None:
    lines = ["A0=xxxxxxxxxxxxxxxx"]
    lines += [f"A{n + 1}=${{A{n}}}${{A{n}}}" for n in range(60)]

    environment = compose(Sources(files=(file(tmp_path, ".env", "\n".join(lines)),)))

    assert "A12" in environment.variables
    assert f"{tmp_path}/.env:14: its value is longer than" in environment.problems[0]


def test_the_interpreters_own_environment_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_MINE", "1")
    sources = Sources(files=(file(tmp_path, ".env", "A=${SECRET_OF_MINE}"),))

    environment = compose(sources)

    assert environment.variables == {"A": ""}
