"""Tests with files as each client has them, written in all the ways that there are."""

import re
import tomllib
from codecs import BOM_UTF8
from collections.abc import Callable
from pathlib import Path

import json5
import pytest
import yaml

from brummer.mcp.install.client import Scope
from brummer.mcp.install.clients import CLIENTS
from brummer.mcp.install.entry import Endpoint
from brummer.mcp.install.installer import Action, EntryState
from tests.mcp.install.conftest import BRUM, SAMPLES, Home, order

FILES = sorted(SAMPLES.iterdir())


def as_it_is(content: bytes) -> bytes:
    return content


def with_crlf(content: bytes) -> bytes:
    return content.replace(b"\n", b"\r\n")


def with_mark(content: bytes) -> bytes:
    return BOM_UTF8 + content


def without_last_newline(content: bytes) -> bytes:
    return content.rstrip(b"\n")


def with_blank_lines_at_the_end(content: bytes) -> bytes:
    return content.rstrip(b"\n") + b"\n\n\n"


def with_all_that(content: bytes) -> bytes:
    return with_mark(with_crlf(without_last_newline(content)))


FORMS = [
    as_it_is,
    with_crlf,
    with_mark,
    without_last_newline,
    with_blank_lines_at_the_end,
    with_all_that,
]

in_all_forms = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
of_all_clients = pytest.mark.parametrize("sample", FILES, ids=lambda path: path.name)


def meant_by(sample: Path) -> tuple[str, Scope]:
    name, scope, _ = sample.name.split(".")
    return name, Scope(scope)


def read(sample: Path, content: bytes) -> object:
    """Return what *content* says, by somebody else's reading."""
    text = content.decode("utf-8-sig")
    if sample.suffix == ".toml":
        return tomllib.loads(text.replace("\r\n", "\n"))
    if sample.suffix == ".yaml":
        return yaml.safe_load(text)
    return json5.loads(text)


def takes_addresses(sample: Path) -> bool:
    web = CLIENTS[meant_by(sample)[0]].web
    return web is not None and web.bearer != ""


TAKING_ADDRESSES = [sample for sample in FILES if takes_addresses(sample)]


def without_entry(tree: object) -> object:
    """Return *tree* without entries of ours at the second or third level."""
    assert isinstance(tree, dict)
    kept = {}
    for name, one in tree.items():
        if isinstance(one, dict) and name != "projects":
            inner = {k: v for k, v in one.items() if k != "brummer"}
            if isinstance(inner.get("servers"), dict):
                inner["servers"] = {
                    k: v for k, v in inner["servers"].items() if k != "brummer"
                }
            kept[name] = inner
        else:
            kept[name] = one
    return {name: one for name, one in kept.items() if one != {}}


def test_there_is_a_sample_for_each_file_of_each_client() -> None:
    wanted = {(c.name, scope) for c in CLIENTS.values() for scope in c.scopes()}

    assert {meant_by(sample) for sample in FILES} == wanted


@in_all_forms
@of_all_clients
def test_all_that_was_there_stays_and_goes_back_to_what_it_was(
    home: Home, sample: Path, form: Callable[[bytes], bytes]
) -> None:
    name, scope = meant_by(sample)
    before = form(sample.read_bytes())
    file = home.put(name, before, scope)

    home.installer.install(order(name, scope))
    after = file.read_bytes()
    home.installer.remove(order(name, scope))

    assert without_entry(read(sample, after)) == without_entry(read(sample, before))
    assert file.read_bytes() == before


@pytest.mark.parametrize("form", [as_it_is, with_all_that])
@of_all_clients
def test_a_second_time_changes_nothing(
    home: Home, sample: Path, form: Callable[[bytes], bytes]
) -> None:
    name, scope = meant_by(sample)
    file = home.put(name, form(sample.read_bytes()), scope)
    home.installer.install(order(name, scope))
    once, there = file.read_bytes(), home.files()

    change = home.installer.install(order(name, scope))

    assert change.action is Action.UNCHANGED
    assert file.read_bytes() == once
    assert home.files() == there


@in_all_forms
@of_all_clients
def test_only_our_lines_are_new_and_they_end_as_the_others_do(
    home: Home, sample: Path, form: Callable[[bytes], bytes]
) -> None:
    name, scope = meant_by(sample)
    before = form(sample.read_bytes())
    file = home.put(name, before, scope)

    change = home.installer.install(order(name, scope))

    after = file.read_bytes()
    rest = iter(after)
    assert all(byte in rest for byte in before), "a subsequence of what there is now"
    if b"\r\n" in before:
        assert not re.search(rb"(?<!\r)\n", after)
    else:
        assert b"\r" not in after
    assert change.backup is not None
    assert change.backup.read_bytes() == before


@of_all_clients
def test_who_does_not_know_what_was_added_takes_out_the_entry_all_the_same(
    home: Home, sample: Path
) -> None:
    name, scope = meant_by(sample)
    before = sample.read_bytes()
    file = home.put(name, before, scope)
    home.installer.install(order(name, scope))

    home.forgetful.remove(order(name, scope))

    after = file.read_bytes()
    assert without_entry(read(sample, after)) == without_entry(read(sample, before))
    assert BRUM.encode() not in after
    assert b"--mcp" not in after


@of_all_clients
def test_what_was_added_meanwhile_outlives_the_entry(home: Home, sample: Path) -> None:
    name, scope = meant_by(sample)
    file = home.put(name, sample.read_bytes(), scope)
    home.installer.install(order(name, scope))
    home.installer.install(
        order(name, scope).__class__(client=CLIENTS[name], scope=scope, name="another")
    )

    home.installer.remove(order(name, scope))

    assert home.installer.standing(order(name, scope)).state is EntryState.NONE
    assert b"another" in file.read_bytes()
    assert b"--mcp" in file.read_bytes()


@pytest.mark.parametrize("sample", TAKING_ADDRESSES, ids=lambda path: path.name)
def test_an_entry_goes_to_an_address_and_back(home: Home, sample: Path) -> None:
    name, scope = meant_by(sample)
    file = home.put(name, sample.read_bytes(), scope)
    home.installer.install(order(name, scope))
    before = read(sample, file.read_bytes())

    home.installer.install(
        order(name, scope), Endpoint(url="http://127.0.0.1:7777/mcp")
    )
    between = file.read_bytes()
    standing = home.installer.standing(order(name, scope))
    home.installer.install(order(name, scope))

    assert b"http://127.0.0.1:7777/mcp" in between
    assert b"--mcp" not in between
    assert b"BRUMMER_TOKEN" in between
    assert standing.state is EntryState.CURRENT
    assert standing.leads_to == "http://127.0.0.1:7777/mcp"
    assert read(sample, file.read_bytes()) == before
