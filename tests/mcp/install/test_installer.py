"""Tests of entering Brummer and taking it out again."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from brummer.errors import BrummerError
from brummer.mcp.install.client import Scope
from brummer.mcp.install.clients import CLIENTS
from brummer.mcp.install.entry import Endpoint, Hub, Target
from brummer.mcp.install.file import FileError
from brummer.mcp.install.installer import (
    Action,
    ByHandError,
    EntryState,
    Installer,
)
from tests.mcp.install.conftest import BRUM, Home, hub, order

#: What a file without anything else in it says.
ALONE = f"""\
{{
  "mcpServers": {{
    "brummer": {{
      "command": "{BRUM}",
      "args": ["--mcp"]
    }}
  }}
}}
"""


def test_a_missing_file_is_made_where_the_client_is(home: Home) -> None:
    home.programs.add("cursor")

    change = home.installer.install(order("cursor"))

    assert change.action is Action.ADDED
    assert change.backup is None
    assert (home.home / ".cursor" / "mcp.json").read_text() == ALONE


@pytest.mark.parametrize("name", [c.name for c in CLIENTS.values() if c.user])
def test_a_client_that_is_not_there_gets_nothing(home: Home, name: str) -> None:
    with pytest.raises(BrummerError, match=r"does not seem to be installed.*--create"):
        home.installer.install(order(name))

    assert home.files() == set()


@pytest.mark.parametrize("name", [c.name for c in CLIENTS.values() if c.user])
@pytest.mark.parametrize("scope", Scope)
def test_unless_that_is_wanted_and_then_it_goes_again(
    home: Home, name: str, scope: Scope
) -> None:
    if scope not in CLIENTS[name].scopes():
        return
    wanted = replace(order(name, scope), may_create=True)

    home.installer.install(wanted)
    there = home.files()
    standing = home.installer.standing(wanted)
    home.installer.remove(wanted)

    assert len(there) == 1
    assert standing.state is EntryState.CURRENT
    assert standing.leads_to == "hub"
    assert home.files() == set()


def test_a_file_beside_the_project_s_others_needs_no_client(home: Home) -> None:
    home.installer.install(order("claude-code", Scope.PROJECT))

    text = (home.project / ".mcp.json").read_text()
    assert json.loads(text)["mcpServers"]["brummer"]["command"] == "brum"


def test_a_folder_in_the_project_does(home: Home) -> None:
    with pytest.raises(BrummerError, match="--create"):
        home.installer.install(order("cursor", Scope.PROJECT))

    assert home.files() == set()


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b"// later\n"])
def test_an_empty_file_is_filled_and_emptied(home: Home, content: bytes) -> None:
    file = home.put("cursor", content)

    home.installer.install(order("cursor"))
    tree = json.loads(file.read_text("utf-8-sig").replace("// later", ""))
    home.installer.remove(order("cursor"))

    assert tree == json.loads(ALONE)
    assert file.read_bytes() == content


def test_a_file_that_cannot_be_understood_is_left_alone(home: Home) -> None:
    file = home.put("cursor", b'{\n  "mcpServers": {\n    "a": oops\n  }\n}\n')
    before = file.read_bytes()

    with pytest.raises(FileError, match=r"mcp\.json:3: is not JSON"):
        home.installer.install(order("cursor"))

    assert file.read_bytes() == before
    assert home.files() == {"home/.cursor/mcp.json"}
    assert home.installer.standing(order("cursor")).state is EntryState.UNREADABLE


@pytest.mark.parametrize(
    "content",
    [
        '{"mcpServers": []}',
        '{"mcpServers": "none"}',
        '{"mcpServers": {"brummer": "by hand"}}',
        '{"mcpServers": {"brummer": ["brum", "--mcp"]}}',
        "[]",
        '"x"',
    ],
)
def test_what_has_another_shape_is_left_alone(home: Home, content: str) -> None:
    file = home.put("cursor", content.encode())

    with pytest.raises(FileError, match=r"mcp\.json"):
        home.installer.install(order("cursor"))

    assert file.read_text() == content
    assert home.files() == {"home/.cursor/mcp.json"}


def test_an_entry_of_another_program_is_brought_up_to_date(home: Home) -> None:
    file = home.put(
        "roo-code",
        b'{"mcpServers": {"brummer": {"command": "/old/brum",'
        b' "args": ["--port", "7777"], "alwaysAllow": ["logs_search"]}}}',
    )
    before = home.installer.standing(order("roo-code"))

    change = home.installer.install(order("roo-code"))

    assert before.state is EntryState.OUTDATED
    assert change.action is Action.UPDATED
    assert json.loads(file.read_text())["mcpServers"]["brummer"] == {
        "command": BRUM,
        "args": ["--mcp"],
        "alwaysAllow": ["logs_search"],
    }


def test_what_the_user_switched_off_stays_off(home: Home) -> None:
    home.put("goose", b"")
    home.installer.install(order("goose"))
    file = home.place(CLIENTS["goose"])
    file.write_text(file.read_text().replace("enabled: true", "enabled: false"))

    change = home.installer.install(order("goose"))

    assert change.action is Action.UNCHANGED
    assert "enabled: false" in file.read_text()


def test_an_address_that_was_entered_is_current_whatever_it_is(home: Home) -> None:
    home.put("cursor", b"")
    home.installer.install(order("cursor"), Endpoint(url="http://127.0.0.1:9/mcp"))

    standing = home.installer.standing(order("cursor"))

    assert standing.state is EntryState.CURRENT
    assert standing.leads_to == "http://127.0.0.1:9/mcp"


def test_an_address_that_the_client_cannot_use_is_outdated(home: Home) -> None:
    home.put("zed", b'{"context_servers": {"brummer": {"url": "http://x/mcp"}}}')

    assert home.installer.standing(order("zed")).state is EntryState.OUTDATED


def test_a_newer_version_has_its_servers_elsewhere(home: Home) -> None:
    file = home.put("opencode", b'{"mcp": {"servers": {}}}')

    home.installer.install(order("opencode"))

    assert "brummer" in json.loads(file.read_text())["mcp"]["servers"]


def test_unless_that_is_a_server_which_is_called_so(home: Home) -> None:
    file = home.put("opencode", b'{"mcp": {"servers": {"type": "local"}}}')

    home.installer.install(order("opencode"))

    assert "brummer" in json.loads(file.read_text())["mcp"]


def test_a_client_without_a_file_is_for_the_user_to_tell(home: Home) -> None:
    with pytest.raises(ByHandError, match="Settings, Tools, AI Assistant"):
        home.installer.install(order("jetbrains"))
    with pytest.raises(ByHandError, match="scope project"):
        home.installer.install(order("goose", Scope.PROJECT))

    assert home.installer.standing(order("jetbrains")).file is None
    assert home.installer.snippet(order("jetbrains")) == ALONE


def test_a_dry_run_shows_the_difference_and_writes_nothing(home: Home) -> None:
    file = home.put("cursor", b'{\n  "mcpServers": {\n    "a": {}\n  }\n}\n')
    before = file.read_bytes()

    change = home.installer.install(replace(order("cursor"), is_dry=True))

    assert file.read_bytes() == before
    assert home.files() == {"home/.cursor/mcp.json"}
    assert not (home.home / "state").exists()
    assert '-    "a": {}\n+    "a": {},\n+    "brummer": {\n' in change.diff


def test_a_dry_removal_writes_nothing_either(home: Home) -> None:
    file = home.put("cursor", b"{}")
    home.installer.install(order("cursor"))
    before, there = file.read_bytes(), home.files()
    (lock,) = (home.home / "state").glob("*.lock")
    lock.unlink()

    change = home.installer.remove(replace(order("cursor"), is_dry=True))

    assert change.action is Action.REMOVED
    assert '-    "brummer": {\n' in change.diff
    assert not lock.exists()
    assert file.read_bytes() == before
    assert home.files() == there


def test_what_is_not_there_need_not_be_removed(home: Home) -> None:
    file = home.put("cursor", b'{"mcpServers": {"brummer2": {}}}')

    change = home.installer.remove(order("cursor"))

    assert change.action is Action.UNCHANGED
    assert file.read_bytes() == b'{"mcpServers": {"brummer2": {}}}'


def test_what_holds_it_stays_once_somebody_else_changed_the_file(home: Home) -> None:
    home.programs.add("cursor")
    home.installer.install(order("cursor"))
    file = home.place(CLIENTS["cursor"])
    file.write_text(file.read_text().replace('"mcpServers"', '"a": 1, "mcpServers"'))

    home.installer.remove(order("cursor"))

    assert file.read_text() == '{\n  "a": 1, "mcpServers": {}\n}\n'


def test_other_names_are_other_entries(home: Home) -> None:
    file = home.put("cursor", b"{}")
    home.installer.install(order("cursor"))
    home.installer.install(replace(order("cursor"), name="second"))

    home.installer.remove(order("cursor"))

    assert list(json.loads(file.read_text())["mcpServers"]) == ["second"]


@pytest.mark.parametrize("target", ["there", "missing"])
def test_a_link_stays_a_link(home: Home, target: str) -> None:
    home.programs.add("cursor")
    real = home.home / "dotfiles" / "cursor.json"
    real.parent.mkdir()
    if target == "there":
        real.write_text("{}\n")
    link = home.home / ".cursor" / "mcp.json"
    link.parent.mkdir()
    link.symlink_to(real)

    home.installer.install(order("cursor"))
    between = real.read_text()
    home.installer.remove(order("cursor"))

    assert json.loads(between) == json.loads(ALONE)
    assert link.is_symlink()
    assert real.exists() == (target == "there")


def test_variables_of_ours_that_are_not_needed_any_more_go(home: Home) -> None:
    file = home.put("cursor", b"{}")
    far = Hub(command=(BRUM, "--mcp"), environment={"XDG_STATE_HOME": "/far"})
    home.installer.install(order("cursor"), far)
    tree = json.loads(file.read_text())
    tree["mcpServers"]["brummer"]["env"]["MINE"] = "1"
    file.write_text(json.dumps(tree))
    before = home.installer.standing(order("cursor"))

    home.installer.install(order("cursor"))

    found = json.loads(file.read_text())["mcpServers"]["brummer"]
    assert before.state is EntryState.OUTDATED
    assert found["env"] == {"MINE": "1"}


def test_a_program_that_may_be_gone_soon_is_told(home: Home) -> None:
    home.put("cursor", b"{}")
    cached = Hub(command=("/home/ada/.cache/uv/archive-v0/x/bin/brum", "--mcp"))
    change = home.installer.install(order("cursor"), cached)

    (said,) = home.installer.remarks(order("cursor"), change, cached)
    usual = home.installer.remarks(order("cursor"), change)
    again = home.installer.install(order("cursor"), cached)

    assert "archive-v0/x/bin/brum is in a cache" in said
    assert usual == ()
    assert home.installer.remarks(order("cursor"), again, cached) == ()


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_is_read_only_is_told_and_left_alone(home: Home, what: str) -> None:
    file = home.put("cursor", b"{}")
    (file if what == "file" else file.parent).chmod(0o555)

    with pytest.raises(FileError, match=r"cursor.*read-only"):
        home.installer.install(order("cursor"))

    assert file.read_bytes() == b"{}"
    assert home.files() == {"home/.cursor/mcp.json"}


class Meddler:
    """Changes a file just when it was read, so many times."""

    def __init__(self, file: Path, times: int) -> None:
        self._file = file
        self.left = times

    def __call__(self, scope: Scope) -> Target:
        if self.left:
            self.left -= 1
            self._file.write_text(json.dumps({"theirs": self.left}))
        return hub(scope)


def test_what_somebody_else_writes_at_that_moment_is_not_lost(home: Home) -> None:
    file = home.put("cursor", b"{}")
    meddler = Meddler(file, 3)
    installer = Installer(home.machine, home.project, home.journal, meddler)

    installer.install(order("cursor"))

    assert list(json.loads(file.read_text())) == ["theirs", "mcpServers"]
    assert len(home.files()) == 2, "the file and one backup"


def test_whoever_never_stops_wins(home: Home) -> None:
    file = home.put("cursor", b"{}")
    meddler = Meddler(file, 1000)
    installer = Installer(home.machine, home.project, home.journal, meddler)

    with pytest.raises(BrummerError, match="keeps changing"):
        installer.install(order("cursor"))

    assert list(json.loads(file.read_text())) == ["theirs"]


def test_a_name_may_be_anything(home: Home) -> None:
    name = 'we "ird".\\[name] \u00e9: #'
    for client in ("cursor", "codex", "goose"):
        before = home.put(client, b"").read_bytes()
        wanted = replace(order(client), name=name)

        home.installer.install(wanted)
        standing = home.installer.standing(wanted)
        home.installer.remove(wanted)

        assert standing.state is EntryState.CURRENT
        assert home.place(CLIENTS[client]).read_bytes() == before


def test_a_command_may_have_anything_in_it(home: Home) -> None:
    words = ('/p a/"q"\\brum', "--mcp", "\u00e9 #: {}", "")
    for client in ("cursor", "codex", "goose", "opencode"):
        home.put(client, b"")
        installer = Installer(
            home.machine, home.project, home.journal, lambda _: Hub(command=words)
        )

        installer.install(order(client))

        assert installer.standing(order(client)).state is EntryState.CURRENT


def test_many_at_once_lose_nothing(home: Home) -> None:
    names = [f"brummer-{number}" for number in range(24)]
    home.put("cursor", b'{\n  // mine\n  "mcpServers": {}\n}\n')

    def enter(name: str) -> Action:
        return home.installer.install(replace(order("cursor"), name=name)).action

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(enter, names))

    text = home.place(CLIENTS["cursor"]).read_text().replace("// mine", "")
    assert done == [Action.ADDED] * 24
    assert sorted(json.loads(text)["mcpServers"]) == sorted(names)
