from pathlib import Path

import pytest

from brummer_node.choice import Manager, choose
from brummer_node.manifest import Manifest


def manifest(folder: Path, **fields: object) -> Manifest:
    named = {
        key.replace("package_manager", "packageManager"): fields[key] for key in fields
    }
    return Manifest(folder=folder, fields=named)


def test_npm_is_the_usual_one(tmp_path: Path) -> None:
    assert choose([manifest(tmp_path)], "").manager is Manager.NPM


def test_the_users_wish_comes_first(tmp_path: Path) -> None:
    project = manifest(tmp_path, package_manager="pnpm@10.0.0")

    assert choose([project], "bun").manager is Manager.BUN


def test_the_declared_one_beats_engines_and_lock_files(tmp_path: Path) -> None:
    (tmp_path / "yarn.lock").touch()
    project = manifest(
        tmp_path, package_manager="pnpm@10.1.0+sha512.ab", engines={"yarn": ">=1"}
    )

    choice = choose([project], "")

    assert (choice.manager, choice.pinned) == (Manager.PNPM, "10.1.0")


@pytest.mark.parametrize("value", ["deno@2", "", 7, None, ["pnpm"], "@", "npmx@1"])
def test_a_declaration_that_says_nothing_is_passed_over(
    tmp_path: Path, value: object
) -> None:
    (tmp_path / "yarn.lock").touch()

    choice = choose([manifest(tmp_path, package_manager=value)], "")

    assert choice.manager is Manager.YARN


def test_engines_count_in_their_order(tmp_path: Path) -> None:
    engines = {"npm": ">=8", "bun": "1.x", "pnpm": "^9", "node": ">=18"}

    assert choose([manifest(tmp_path, engines=engines)], "").manager is Manager.PNPM


@pytest.mark.parametrize("text", ["please-use-pnpm", "use pnpm", "", "x-not-allowed"])
def test_an_engine_that_forbids_is_no_wish(tmp_path: Path, text: str) -> None:
    engines = {"yarn": text, "npm": ">= 8.0 || ^9"}

    assert choose([manifest(tmp_path, engines=engines)], "").manager is Manager.NPM


@pytest.mark.parametrize(
    ("lock", "manager"),
    [
        ("bun.lock", Manager.BUN),
        ("bun.lockb", Manager.BUN),
        ("pnpm-lock.yaml", Manager.PNPM),
        ("yarn.lock", Manager.YARN),
        ("package-lock.json", Manager.NPM),
        ("npm-shrinkwrap.json", Manager.NPM),
        ("common/config/rush/pnpm-lock.yaml", Manager.PNPM),
    ],
)
def test_a_lock_file_tells(tmp_path: Path, lock: str, manager: Manager) -> None:
    (tmp_path / lock).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / lock).touch()

    choice = choose([manifest(tmp_path)], "")

    assert (choice.manager, choice.why) == (manager, lock)


def test_the_workspace_speaks_before_the_package(tmp_path: Path) -> None:
    package = tmp_path / "packages" / "web"
    package.mkdir(parents=True)
    (tmp_path / "pnpm-lock.yaml").touch()
    (package / "package-lock.json").touch()

    choice = choose([manifest(tmp_path), manifest(package)], "")

    assert choice.manager is Manager.PNPM
