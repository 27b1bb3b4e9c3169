import json
import os
from pathlib import Path

import pytest

import brummer
from brummer_node.manifest import (
    Manifest,
    read_json,
    read_json5,
    read_manifest,
    read_yaml,
)
from tests.plugins.project import write


def test_scripts_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    scripts = {"zeta": "z", "alpha": "a", "mid": "m"}
    write(tmp_path, {"package.json": {"scripts": scripts}})

    manifest = read_manifest(tmp_path)

    assert manifest is not None
    assert list(manifest.scripts.items()) == list(scripts.items())


def test_a_folder_without_a_manifest_has_none(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) is None
    assert read_manifest(tmp_path / "missing") is None


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_bytes(b'\xef\xbb\xbf{"name": "web"}')

    manifest = read_manifest(tmp_path)

    assert manifest is not None
    assert manifest.name == "web"


@pytest.mark.parametrize(
    ("content", "place", "problem"),
    [
        (b'{\n  "a": 1,\n  oops\n}', ":3:3:", "property name"),
        (b"", ":1:1:", "expecting value"),
        (b"[]", ":1:1:", "not an object"),
        (b'{"a": "\xff"}', ":1:8:", "not UTF-8"),
        (b'{"a":\n "b\xff"}', ":2:4:", "not UTF-8"),
        (b"[" * 100_000, ":", ""),
        (b'{"a": ' + b"1" * 10_000 + b"}", ":", "limit"),
    ],
)
def test_a_broken_file_is_named_with_line_and_column(
    tmp_path: Path, content: bytes, place: str, problem: str
) -> None:
    file = tmp_path / "package.json"
    file.write_bytes(content)

    with pytest.raises(brummer.BrummerError) as caught:
        read_manifest(tmp_path)

    assert str(caught.value).startswith(f"{file}{place}")
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_in_the_place_of_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "package.json").mkdir()

    with pytest.raises(brummer.BrummerError, match="is not a file"):
        read_manifest(tmp_path)


def test_a_pipe_in_the_place_of_a_file_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "package.json")

    with pytest.raises(brummer.BrummerError, match="is not a file"):
        read_manifest(tmp_path)


def test_a_file_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    with (tmp_path / "package.json").open("wb") as file:
        file.truncate(1 << 40)

    with pytest.raises(brummer.BrummerError, match="is larger than"):
        read_manifest(tmp_path)


def test_what_could_not_be_run_or_shown_is_no_script() -> None:
    scripts = {
        "good": "run it",
        "number": 7,
        "nothing": None,
        "empty": "  ",
        "nul": "a\0b",
        "": "no name",
        "bell\a": "name with a control character",
        "\ud800": "name with half a character",
    }

    manifest = Manifest(folder=Path(), fields={"scripts": scripts})

    assert manifest.scripts == {"good": "run it"}


def test_scripts_that_are_no_object_are_none() -> None:
    assert Manifest(folder=Path(), fields={"scripts": ["a"]}).scripts == {}
    assert Manifest(folder=Path(), fields={"name": 7}).name == ""


def test_json_with_comments_is_read_where_tools_write_it(tmp_path: Path) -> None:
    file = tmp_path / "rush.json"
    file.write_text('{\n // a comment\n "a": [1,], /* another */\n}')

    assert read_json5(file) == {"a": [1]}
    with pytest.raises(brummer.BrummerError):
        read_json(file)


def test_broken_json_with_comments_is_named_with_line_and_column(
    tmp_path: Path,
) -> None:
    file = tmp_path / "nx.json"
    file.write_text('{\n // fine\n "a": ]\n}')

    with pytest.raises(brummer.BrummerError) as caught:
        read_json5(file)

    assert str(caught.value).startswith(f"{file}:3:")


@pytest.mark.parametrize(
    ("content", "place"),
    [("packages: [a\nb: }", ":2:"), ("- a\n- b", ":1:1:"), ("a: \x07", ":")],
)
def test_broken_yaml_is_named_with_its_place(
    tmp_path: Path, content: str, place: str
) -> None:
    file = tmp_path / "pnpm-workspace.yaml"
    file.write_text(content)

    with pytest.raises(brummer.BrummerError) as caught:
        read_yaml(file)

    assert str(caught.value).startswith(f"{file}{place}")


def test_yaml_makes_no_objects(tmp_path: Path) -> None:
    file = tmp_path / "pnpm-workspace.yaml"
    file.write_text("a: !!python/object/apply:os.getpid []")

    with pytest.raises(brummer.BrummerError, match="could not determine"):
        read_yaml(file)


def test_empty_yaml_is_an_empty_mapping(tmp_path: Path) -> None:
    file = tmp_path / "pnpm-workspace.yaml"
    file.write_text("# nothing yet\n")

    assert read_yaml(file) == {}


def test_a_deep_file_is_refused_and_not_a_crash(tmp_path: Path) -> None:
    file = tmp_path / "rush.json"
    file.write_text("// json5\n" + json.dumps({"a": 1})[:-1] + ", b: " + "[" * 5_000)

    with pytest.raises(brummer.BrummerError):
        read_json5(file)


@pytest.mark.parametrize(
    ("scripts", "problem"),
    [
        (["dev"], "scripts is a list, not an object of command lines"),
        ("vite", "scripts is text, not an object of command lines"),
        (None, "scripts is null, not an object of command lines"),
        ({"dev": ["vite"]}, "scripts.dev is a list, not a command line"),
        ({"dev": {"run": "vite"}}, "scripts.dev is an object, not a command line"),
        ({"dev": 1}, "scripts.dev is a number, not a command line"),
        ({"dev": 1.5}, "scripts.dev is a number, not a command line"),
        ({"dev": True}, "scripts.dev is a boolean, not a command line"),
        ({"dev": None}, "scripts.dev is null, not a command line"),
    ],
)
def test_what_is_no_script_is_told_with_file_and_key(
    root: Path, scripts: object, problem: str
) -> None:
    write(root, {"package.json": {"scripts": scripts}})

    manifest = read_manifest(root)

    assert manifest is not None
    assert list(manifest.problems) == [f"{root / 'package.json'}: {problem}"]
    assert manifest.scripts == {}


def test_good_scripts_are_no_problem(root: Path) -> None:
    write(root, {"package.json": {"scripts": {"dev": "vite", "empty": ""}}})

    manifest = read_manifest(root)

    assert manifest is not None
    assert list(manifest.problems) == []
