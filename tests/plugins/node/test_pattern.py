from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer_node.pattern import FolderPatterns


def found(root: Path, *patterns: str) -> list[str]:
    folders = FolderPatterns.parse(patterns).folders(root)
    return [folder.relative_to(root).as_posix() for folder in folders]


@pytest.fixture(name="tree")
def _tree(tmp_path: Path) -> Path:
    for name in (
        "apps/web/src",
        "apps/admin",
        "apps/.hidden",
        "libs/ui/button",
        "libs/ui/node_modules/dep",
        "libs/ui/test/fixtures/app",
        "node_modules/dep",
    ):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["apps/*"], ["apps/admin", "apps/web"]),
        (["apps/web"], ["apps/web"]),
        (["./apps/web/"], ["apps/web"]),
        (["apps/w*b"], ["apps/web"]),
        (["apps/{web,admin}"], ["apps/admin", "apps/web"]),
        (["{apps,libs}/{web,ui}"], ["apps/web", "libs/ui"]),
        (["apps/.hidden"], ["apps/.hidden"]),
        (["libs/**/button"], ["libs/ui/button"]),
        (["apps/**"], ["apps", "apps/admin", "apps/web", "apps/web/src"]),
        (["apps/*", "!apps/admin"], ["apps/web"]),
        (["!apps/admin", "apps/*"], ["apps/web"]),
        (
            ["libs/**", "!**/test/**"],
            ["libs", "libs/ui", "libs/ui/button"],
        ),
        (["apps/*", "apps/web"], ["apps/admin", "apps/web"]),
        (["nowhere/*"], []),
        ([], []),
        ([""], []),
        (["."], []),
    ],
)
def test_patterns_mean_what_the_package_managers_take_them_for(
    tree: Path, patterns: list[str], expected: list[str]
) -> None:
    assert found(tree, *patterns) == expected


def test_node_modules_is_never_entered(tree: Path) -> None:
    assert not [name for name in found(tree, "**") if "node_modules" in name]
    assert found(tree, "node_modules/*", "libs/ui/node_modules/dep") == []


@pytest.mark.parametrize("pattern", ["../*", "apps/../../*", "/etc", "/*", "a/.."])
def test_a_pattern_never_leaves_the_root(tree: Path, pattern: str) -> None:
    assert found(tree / "apps", pattern) == []


def test_symbolic_links_are_not_followed(tree: Path) -> None:
    (tree / "apps" / "loop").symlink_to(tree)
    (tree / "apps" / "out").symlink_to("/etc")

    names = found(tree, "apps/*", "apps/loop", "**")

    assert not [name for name in names if "loop" in name or "out" in name]


def test_what_is_no_folder_is_taken_as_empty(tree: Path) -> None:
    (tree / "apps" / "file").write_text("")

    assert found(tree, "apps/file/*", "apps/file") == []
    assert found(tree / "missing", "**") == []


def test_a_deep_tree_ends_somewhere(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 60)
    deep.mkdir(parents=True)

    assert 1 < len(found(tmp_path, "**")) < 60


def test_a_hostile_pattern_costs_no_more_than_another(tmp_path: Path) -> None:
    tmp_path.joinpath(*["a"] * 20).mkdir(parents=True)

    assert found(tmp_path, "**/a/" * 200 + "b") == []
    assert found(tmp_path, "{a,b}" * 64) == []
    assert found(tmp_path, "*" * 500 + "/" + "*a" * 50) == []


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["apps", "web"], True),
        (["apps", "web", "src"], False),
        (["apps", "node_modules"], False),
        (["libs", "a", "b"], True),
        ([], False),
    ],
)
def test_a_folder_can_be_asked_about_without_a_walk(
    parts: list[str], *, expected: bool
) -> None:
    patterns = FolderPatterns.parse(["apps/*", "libs/**"])

    assert patterns.mean(parts) is expected


@given(st.lists(st.text(alphabet="ab*/{},!.[]?", max_size=12), max_size=4))
def test_no_pattern_is_too_odd(patterns: list[str]) -> None:
    meant = FolderPatterns.parse(patterns)

    for parts in (["a"], ["a", "b"], ["b", "a", "a"]):
        assert meant.mean(parts) in {True, False}
