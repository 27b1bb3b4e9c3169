from pathlib import Path

import pytest

import brummer
from brummer_node.detection import detect
from tests.plugins.project import write


def names(root: Path) -> list[str]:
    return [script.name for script in detect(root, "").scripts]


def test_a_folder_of_something_else_has_no_scripts(root: Path) -> None:
    found = detect(root, "")

    assert (found.scripts, found.problems) == ((), ())


def test_scripts_stand_in_the_order_of_the_file(root: Path) -> None:
    write(root, {"package.json": {"scripts": {"dev": "vite", "build": "vite build"}}})

    dev, build = detect(root, "").scripts

    assert (dev.name, dev.command, dev.folder) == ("dev", "vite", root)
    assert (dev.package, build.name) == ("", "build")


@pytest.mark.parametrize(
    "files",
    [
        {"pnpm-workspace.yaml": "packages: ['apps/*', '!**/old']"},
        {"package.json": {"workspaces": ["apps/web"]}, "turbo.json": {}},
        {"lerna.json": {"packages": ["apps/web"]}},
        {"rush.json": '{"projects": [{"projectFolder": "apps/web"}], /**/}'},
    ],
)
def test_scripts_of_packages_carry_the_packages_name(
    root: Path, files: dict[str, object]
) -> None:
    write(root, files)
    write(
        root,
        {
            "apps/web/package.json": {"name": "@acme/web", "scripts": {"dev": "vite"}},
            "apps/old/package.json": {"name": "old", "scripts": {"dev": "gulp"}},
        },
    )

    (script,) = detect(root, "").scripts

    assert (script.name, script.package) == ("web#dev", "apps/web")
    assert script.folder == root / "apps" / "web"


def test_no_two_scripts_have_one_name(root: Path) -> None:
    scripts = {"dev": "x"}
    write(
        root,
        {
            "package.json": {"workspaces": ["*/*"], "scripts": {"ui#dev": "mine"}},
            "a/ui/package.json": {"name": "@a/ui", "scripts": scripts},
            "b/ui/package.json": {"name": "@b/ui", "scripts": scripts},
            "c/ui/package.json": {"scripts": scripts},
            "d/web/package.json": {"name": "web", "scripts": scripts},
        },
    )

    assert names(root) == ["ui#dev", "@a/ui#dev", "@b/ui#dev", "c/ui#dev", "web#dev"]


def test_targets_of_nx_stand_beside_the_scripts(root: Path) -> None:
    write(
        root,
        {
            "nx.json": {},
            "package.json": {"workspaces": ["apps/*"], "scripts": {"lint": "eslint"}},
            "project.json": {"name": "all", "targets": {"lint": {}, "check": {}}},
            "apps/web/package.json": {"name": "@acme/web", "scripts": {"dev": "vite"}},
            "apps/web/project.json": {
                "name": "web",
                "targets": {"dev": {}, "serve": {}},
            },
        },
    )

    found = {script.name: script.command for script in detect(root, "").scripts}

    assert found == {
        "lint": "eslint",
        "web#dev": "vite",
        "nx:lint": "nx run all:lint",
        "check": "nx run all:check",
        "web#nx:dev": "nx run web:dev",
        "web#serve": "nx run web:serve",
    }


def test_the_description_shows_what_one_would_type(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root, {"package.json": {"scripts": {"dev": "vite"}}, "pnpm-lock.yaml": ""})
    monkeypatch.setenv("PATH", str(root))

    (script,) = detect(root, "").scripts

    assert script.description == "pnpm run dev (not on PATH; chosen by pnpm-lock.yaml)"


def test_a_package_alone_still_has_the_manager_of_its_workspace(root: Path) -> None:
    write(
        root,
        {
            "package.json": {"workspaces": ["apps/*"], "packageManager": "bun@1.4.0"},
            "apps/web/package.json": {"scripts": {"dev": "vite"}},
        },
    )

    (script,) = detect(root / "apps" / "web", "").scripts

    assert script.description.startswith("bun run dev")


def test_a_workspace_without_a_manifest_still_has_a_lock_file(root: Path) -> None:
    write(
        root,
        {
            "pnpm-workspace.yaml": "packages: ['apps/*']",
            "pnpm-lock.yaml": "",
            "apps/web/package.json": {"scripts": {"dev": "vite"}},
        },
    )

    for folder in (root, root / "apps" / "web"):
        (script,) = detect(folder, "").scripts
        assert script.description.startswith("pnpm run dev")


def test_the_users_wish_reaches_every_package(root: Path) -> None:
    write(
        root,
        {
            "package.json": {"workspaces": ["a"], "scripts": {"x": "x"}},
            "a/package.json": {"scripts": {"y": "y"}},
        },
    )

    found = detect(root, "bun").scripts

    assert all(script.description.startswith("bun run") for script in found)


def test_packages_may_be_left_alone(root: Path) -> None:
    write(
        root,
        {
            "nx.json": {},
            "package.json": {"workspaces": ["a"], "scripts": {"x": "x"}},
            "a/package.json": {"scripts": {"y": "y"}},
            "a/project.json": {"targets": {"z": {}}},
        },
    )

    found = detect(root, "", members=False).scripts

    assert [script.name for script in found] == ["x"]


@pytest.mark.parametrize(
    "name", ["package.json", "pnpm-workspace.yaml", "lerna.json", "rush.json"]
)
def test_a_broken_file_of_the_project_is_an_error(root: Path, name: str) -> None:
    write(root, {name: "{ broken"})

    with pytest.raises(brummer.BrummerError) as caught:
        detect(root, "")

    assert str(caught.value).startswith(f"{root / name}:1:")


def test_a_broken_file_of_a_package_leaves_the_others(root: Path) -> None:
    write(
        root,
        {
            "package.json": {"workspaces": ["*"]},
            "a/package.json": {"name": "a", "scripts": {"dev": "x"}},
            "b/package.json": '{"name": "b",\n "scripts": }',
        },
    )

    found = detect(root, "")

    assert [script.name for script in found.scripts] == ["a#dev"]
    assert found.problems[0].startswith(f"{root / 'b' / 'package.json'}:2:13: ")


def test_a_package_that_is_a_file_costs_only_itself(root: Path) -> None:
    write(root, {"package.json": {"workspaces": ["*"], "scripts": {"dev": "x"}}})
    (root / "a" / "package.json").mkdir(parents=True)

    found = detect(root, "")

    assert [script.name for script in found.scripts] == ["dev"]
    assert len(found.problems) == 1


def test_thousands_of_packages_are_found(root: Path) -> None:
    write(root, {"package.json": {"workspaces": ["packages/*"]}})
    for number in range(2_000):
        folder = root / "packages" / f"p{number:04}"
        folder.mkdir(parents=True)
        (folder / "package.json").write_text(
            f'{{"name": "@acme/p{number:04}", "scripts": {{"dev": "vite"}}}}'
        )

    found = names(root)

    assert len(found) == 2_000
    assert found[-1] == "p1999#dev"


def test_more_scripts_than_anyone_can_choose_from_are_cut_and_said(root: Path) -> None:
    many = {f"s{number}": "x" for number in range(5_001)}
    write(root, {"package.json": {"scripts": {"odd": 1, **many}}})

    found = detect(root, "")

    assert len(found.scripts) == 5_000
    assert "only 5000 of 5001" in found.problems[0]


def test_more_problems_than_anyone_reads_are_counted(root: Path) -> None:
    many = {f"s{number}": number for number in range(30)}
    write(root, {"package.json": {"scripts": many}})

    found = detect(root, "")

    assert len(found.problems) == 21
    assert found.problems[-1] == f"{root}: 10 more like these"
