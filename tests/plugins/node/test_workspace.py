from pathlib import Path

import pytest

import brummer
from brummer_node.workspace import enclosing_workspace, read_workspace
from tests.plugins.project import write


def packages(root: Path) -> list[str]:
    workspace = read_workspace(root)
    assert workspace is not None
    return [folder.relative_to(root).as_posix() for folder in workspace.folders()]


@pytest.fixture(name="tree")
def _tree(root: Path) -> Path:
    for name in ("apps/web", "apps/admin", "libs/ui", "packages/core"):
        (root / name).mkdir(parents=True)
    return root


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "pnpm-workspace.yaml",
            "packages:\n  - 'apps/*' # ours\n  - libs/**\n  - '!apps/admin'\n",
            ["apps/web", "libs", "libs/ui"],
        ),
        (
            "pnpm-workspace.yaml",
            "packages: ['apps/web', \"libs/ui\"]",
            ["apps/web", "libs/ui"],
        ),
        ("pnpm-workspace.yaml", "packages: apps/*", []),
        ("package.json", {"workspaces": ["apps/*"]}, ["apps/admin", "apps/web"]),
        ("package.json", {"workspaces": {"packages": ["libs/*"]}}, ["libs/ui"]),
        ("package.json", {"workspaces": [1, None, "libs/*"]}, ["libs/ui"]),
        ("lerna.json", {"packages": ["apps/web"]}, ["apps/web"]),
        ("lerna.json", {"version": "1.0.0"}, ["packages/core"]),
        ("nx.json", {"projects": {"web": "apps/web"}}, ["apps/web"]),
        ("nx.json", {"projects": {"ui": {"root": "libs/ui"}}}, ["libs/ui"]),
        (
            "rush.json",
            '{ // Rush\n "projects": [{"projectFolder": "apps/web",}, 7]}',
            ["apps/web"],
        ),
    ],
)
def test_each_tool_names_its_packages(
    tree: Path, name: str, content: object, expected: list[str]
) -> None:
    write(tree, {name: content})

    assert packages(tree) == expected


def test_a_project_without_such_a_file_is_no_workspace(tree: Path) -> None:
    write(tree, {"package.json": {"name": "one"}, "turbo.json": {"tasks": {}}})

    assert read_workspace(tree) is None


def test_the_answers_of_several_tools_are_joined(tree: Path) -> None:
    write(
        tree,
        {
            "pnpm-workspace.yaml": "packages: [apps/web]",
            "lerna.json": {"packages": ["libs/*"]},
        },
    )

    assert packages(tree) == ["apps/web", "libs/ui"]


def test_lernas_default_counts_only_where_nobody_else_speaks(tree: Path) -> None:
    write(tree, {"package.json": {"workspaces": ["apps/web"]}, "lerna.json": {}})

    assert packages(tree) == ["apps/web"]


def test_a_broken_file_is_named(tree: Path) -> None:
    write(tree, {"pnpm-workspace.yaml": "packages: ["})

    with pytest.raises(brummer.BrummerError, match=r"pnpm-workspace\.yaml:\d+:\d+: "):
        read_workspace(tree)


def test_a_package_finds_the_workspace_around_it(tree: Path) -> None:
    write(tree, {"package.json": {"workspaces": ["apps/*"]}})

    workspace = enclosing_workspace(tree / "apps" / "web")

    assert workspace is not None
    assert workspace.root == tree


def test_a_folder_that_is_no_package_is_in_no_workspace(tree: Path) -> None:
    write(tree, {"package.json": {"workspaces": ["apps/*"]}})

    assert enclosing_workspace(tree / "libs" / "ui") is None
    assert enclosing_workspace(tree.parent) is None


def test_a_broken_file_further_up_is_somebody_elses(tree: Path) -> None:
    write(tree, {"package.json": "{", "apps/package.json": {"workspaces": ["web"]}})

    workspace = enclosing_workspace(tree / "apps" / "web")

    assert workspace is not None
    assert workspace.root == tree / "apps"
