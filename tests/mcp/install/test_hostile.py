"""Tests of files and places that somebody else chose, and not for our good."""

import pytest

from brummer.mcp.install.client import Scope
from brummer.mcp.install.file import FileError
from brummer.mcp.install.installer import EntryState
from tests.mcp.install.conftest import Home, order


def test_an_address_of_several_lines_is_none(home: Home) -> None:
    home.put("cursor", b'{"mcpServers": {"brummer": {"url": "http://x\\nzed yes"}}}')

    standing = home.installer.standing(order("cursor"))

    assert standing.state is EntryState.OUTDATED
    assert "\n" not in standing.leads_to


@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_out_of_the_project_is_not_followed(
    home: Home, *, is_there: bool
) -> None:
    private = home.home / ".claude.json"
    if is_there:
        private.write_text('{"token": "secret"}')
    (home.project / ".mcp.json").symlink_to("../home/.claude.json")
    wanted = order("claude-code", Scope.PROJECT)

    for change in (home.installer.install, home.installer.remove):
        with pytest.raises(FileError, match=r"\.mcp\.json: leads out of the project"):
            change(wanted)

    assert private.exists() == is_there
    assert [p.name for p in home.project.iterdir()] == [".mcp.json"]


def test_a_link_within_the_project_is(home: Home) -> None:
    (home.project / "real.json").write_text("{}")
    (home.project / ".mcp.json").symlink_to("real.json")

    home.installer.install(order("claude-code", Scope.PROJECT))

    assert "brummer" in (home.project / "real.json").read_text()


@pytest.mark.parametrize(
    ("name", "content"),
    [("cursor", b'{"a": ' + b"[" * 700 + b"]" * 700 + b"}"), ("goose", b"a: &a [*a]")],
)
def test_what_is_nested_without_end_is_left_alone(
    home: Home, name: str, content: bytes
) -> None:
    file = home.put(name, content)

    with pytest.raises(FileError, match="nested too deep"):
        home.installer.install(order(name))

    assert file.read_bytes() == content


def test_a_place_that_cannot_be_looked_at_is_told(home: Home) -> None:
    home.environment["CODEX_HOME"] = "/x" + "y" * 5000

    standing = home.installer.standing(order("codex"))

    assert not standing.is_installed
    assert standing.state is EntryState.UNREADABLE
    assert "too long" in standing.problem
