"""brum.toml(5) against the settings that there are."""

import dataclasses
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from brummer.config.explain import to_toml
from brummer.config.load import survey
from brummer.config.schema import Key, keys, script_keys
from brummer.config.text import dotted

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "man" / "brum.toml.5").read_text("utf-8")

ITEM = re.compile(r"\.It Ic (\w+) = (.+)")
TABLE = re.compile(r"\.Ss \[(\S+)\]")
EXAMPLE = re.compile(
    r"^\.Bd -literal -offset indent\n(.*?)^\.Ed", re.MULTILINE | re.DOTALL
)


class Item(NamedTuple):
    """A key as the manual shows it."""

    name: str
    default: str
    text: str


def items() -> Iterator[Item]:
    """Yield the keys of the manual in its order."""
    table = ""
    for block in re.split(r"^(?=\.It |\.S[hs] )", MANUAL, flags=re.MULTILINE):
        first, _, text = block.partition("\n")
        if first.startswith((".Sh", ".Ss")):
            found = TABLE.match(first)
            table = f"{found[1]}." if found else ""
        elif found := ITEM.match(first):
            yield Item(table + found[1], found[2].replace(r"\(dq", '"'), text)


ITEMS = {item.name: item for item in items()}

KEYS = {dotted(path): key for path, key in keys()}
KEYS |= {f"scripts.NAME.{dotted(path)}": key for path, key in script_keys()}


def plugin_settings() -> Iterator[tuple[str, object]]:
    """Yield the keys and defaults of the plugins that come with the program."""
    for folder in sorted((ROOT / "plugins").glob("brummer_*")):
        module = importlib.import_module(folder.name)
        for name, value in vars(module).items():
            if name.endswith("Settings") and dataclasses.is_dataclass(value):
                table = "plugins." + folder.name.removeprefix("brummer_")
                for field in dataclasses.fields(value):
                    yield f"{table}.{field.name}", field.default


PLUGINS = dict(plugin_settings())

#: Tables of names that people choose, which the schema knows as tables and not as
#: keys.
CHOSEN = {"scripts.NAME.env", "scripts.NAME.depends_on"}


def test_the_manual_has_every_key_and_no_other() -> None:
    assert set(ITEMS) == {*KEYS, *CHOSEN, *PLUGINS}
    assert len(list(items())) == len(ITEMS)


@pytest.mark.parametrize("name", KEYS)
def test_the_manual_has_the_default(name: str) -> None:
    shown = KEYS[name].limits.get("shown") or to_toml(KEYS[name].default)

    assert ITEMS[name].default == shown


@pytest.mark.parametrize("name", PLUGINS)
def test_the_manual_has_the_default_of_a_plugin(name: str) -> None:
    assert ITEMS[name].default == to_toml(PLUGINS[name])


@pytest.mark.parametrize("name", [n for n in KEYS if "maximum" in KEYS[n].limits])
def test_the_manual_has_the_limits(name: str) -> None:
    limits = KEYS[name].limits

    assert f"{limits['minimum']:.15g} to {limits['maximum']:.15g}." in ITEMS[name].text


@pytest.mark.parametrize("name", [n for n in KEYS if "choices" in KEYS[n].limits])
def test_the_manual_has_the_choices(name: str) -> None:
    key: Key = KEYS[name]
    shown = set(re.findall(r"^\.Ql (\S+)", ITEMS[name].text, re.MULTILINE))

    if "takes" not in key.limits:
        assert shown == {choice for choice in key.limits["choices"] if choice}


@pytest.mark.parametrize("name", [n for n in KEYS if "alias" in KEYS[n].limits])
def test_the_manual_has_the_old_name(name: str) -> None:
    assert f".Ic {KEYS[name].limits['alias']}\n" in ITEMS[name].text


def test_the_manual_has_units_where_numbers_have_one() -> None:
    words = {"s": "of seconds", "ms": "of milliseconds", "B": "of bytes"}
    words["MB"] = "of megabytes"

    for name, key in KEYS.items():
        unit = key.limits.get("unit")
        assert unit is None or words[unit] in ITEMS[name].text, name


@pytest.mark.parametrize("example", EXAMPLE.findall(MANUAL))
def test_an_example_of_the_manual_works(project: Path, example: str) -> None:
    (project / ".brum.toml").write_text(example)

    loaded = survey(project, environment={})

    assert [str(one) for one in loaded.problems] == []
    assert loaded.settings != type(loaded.settings)()


def test_the_variables_of_the_manual_work(project: Path) -> None:
    shown = re.findall(r"^\.It Ev (BRUM_\w+) Ns =(\S+)", MANUAL, re.MULTILINE)

    loaded = survey(project, environment=dict(shown))

    assert len(shown) == 4
    assert loaded.problems == ()
    assert loaded.settings.scripts["web"].env == {"API_URL": "http://localhost:4000"}


def test_the_messages_of_the_manual_are_ours(project: Path) -> None:
    (project / ".brum.toml").write_text(
        "\n\nmcp_prt = 1\n\nproxy_mode = 'ful'\n\n\n\nai_coders.enabled = true\n"
    )
    loaded = survey(project, environment={})
    told = [str(one) for one in (*loaded.problems, *loaded.notices)]

    for message in told:
        assert f".It {message.removeprefix(f'{project}/')}\n" in MANUAL
