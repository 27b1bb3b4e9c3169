from pathlib import Path

import pytest

import brummer
from brummer_node.choice import Manager
from brummer_node.manifest import Manifest
from brummer_node.package import read_members, read_package
from brummer_node.workspace import read_workspace
from tests.plugins.project import write


def test_a_lone_package_is_its_own_root(root: Path) -> None:
    write(root, {"package.json": {"name": "one"}})

    package = read_package(root, "")

    assert (package.root, package.in_workspace) == (root, False)


def test_a_package_takes_its_manager_from_the_workspace(root: Path) -> None:
    write(
        root,
        {
            "package.json": {"workspaces": ["apps/*"], "packageManager": "yarn@1.22.0"},
            "apps/web/package.json": {"engines": {"npm": ">=8"}},
        },
    )

    package = read_package(root / "apps" / "web", "")

    assert package.root == root
    assert package.in_workspace
    assert package.choice.manager is Manager.YARN


def test_a_folder_without_a_manifest_is_an_empty_package(root: Path) -> None:
    package = read_package(root, "pnpm")

    assert package.manifest.scripts == {}
    assert package.choice.manager is Manager.PNPM


def test_a_broken_manifest_is_named(root: Path) -> None:
    write(root, {"package.json": "{"})

    with pytest.raises(brummer.BrummerError, match=r"package\.json:1:2: "):
        read_package(root, "")


def test_a_broken_member_costs_only_itself(root: Path) -> None:
    write(
        root,
        {
            "package.json": {"workspaces": ["*"]},
            "a/package.json": {"name": "a"},
            "b/package.json": "{",
            "c/readme.txt": "no package",
            "d/package.json": {"name": "d"},
        },
    )
    workspace = read_workspace(root)
    assert workspace is not None
    problems: list[str] = []

    own = Manifest(folder=root, fields={})
    members = list(read_members(workspace, own, "", problems))

    assert [member.manifest.name for member in members] == ["a", "d"]
    assert len(problems) == 1
