"""Documentation that cannot drift from the code."""

import argparse
import os
import re
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

from brummer.cli.ctlparser import build_ctl_parser
from brummer.cli.parser import build_parser
from brummer.plugin import hookspecs
from brummer.tui.keymap import VIEWS, Binding, bindings, key_names

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "man").iterdir())
BRUM = (ROOT / "man" / "brum.1").read_text("utf-8")
CHANGELOG = (ROOT / "CHANGELOG.rst").read_text("utf-8")
HOOKS = [
    function
    for name, function in vars(hookspecs).items()
    if name.startswith("brummer_")
]
BRUMCTL = (ROOT / "man" / "brumctl.1").read_text("utf-8")


CTL = build_ctl_parser()
#: An option in the output of --help; one dash is left out, as mdoc does.
OPTION = re.compile(r"(?<![\w-])-(-?[a-zA-Z][\w-]*)")


def options(*parsers: argparse.ArgumentParser) -> set[str]:
    """Return every option that the help of *parsers* shows, without one dash."""
    return {name for parser in parsers for name in OPTION.findall(parser.format_help())}


def documented(page: str) -> set[str]:
    """Return the options that *page* shows as its own."""
    return set(re.findall(r"\bFl (-?\w[\w-]*)", page))


@pytest.mark.parametrize("option", sorted(options(build_parser())))
def test_the_manual_of_brum_has_the_option(option: str) -> None:
    assert option in documented(BRUM)


@pytest.mark.parametrize("option", sorted(options(CTL, *CTL.commands.values())))
def test_the_manual_of_brumctl_has_the_option(option: str) -> None:
    assert option in documented(BRUMCTL)


def test_the_manuals_show_no_option_that_is_gone() -> None:
    assert documented(BRUM) <= options(build_parser())
    assert documented(BRUMCTL) <= options(CTL, *CTL.commands.values())


def test_the_manual_of_brumctl_has_every_command_and_no_other() -> None:
    shown = set(re.findall(r"^\.It Cm (\w+)", BRUMCTL, re.MULTILINE))

    assert shown == set(CTL.commands)


def key_rows() -> list[str]:
    """Return the rows of the key table as the manual has to show them."""
    shown = [binding for binding in bindings() if binding.keys]
    return [f".It {keys_of(b)} Ta {b.title} Ta {places_of(b)}" for b in shown]


def keys_of(binding: Binding) -> str:
    """Return the keys of *binding* for mdoc, where some characters mean more."""
    names = key_names(binding).split()
    return " ".join("\\&" + name for name in names)


def places_of(binding: Binding) -> str:
    """Return where *binding* holds."""
    if binding.places >= VIEWS:
        return "everywhere"
    return " ".join(sorted(binding.places))


def test_the_key_table_of_the_manual_is_the_key_map() -> None:
    shown = BRUM.partition("KEYS BEGIN\n")[2].partition('.\\" KEYS END')[0]

    assert shown.splitlines() == key_rows()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_mandoc_finds_nothing_to_complain_about(page: Path) -> None:
    if shutil.which("mandoc") is None and "CI" not in os.environ:
        pytest.skip("mandoc is not installed")

    done = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "warning", page],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == ""


def test_the_changelog_begins_with_what_comes_next() -> None:
    heads = re.findall(r"^(\S.*)\n-+$", CHANGELOG, re.MULTILINE)

    assert heads[0] in {"Unreleased", metadata.version("brummer")}


@pytest.mark.parametrize(
    "name", [*CTL.commands, *(hook.__name__ for hook in HOOKS), "node", "procfile"]
)
def test_the_changelog_names_what_users_and_authors_can_use(name: str) -> None:
    assert f"``{name}``" in CHANGELOG
