"""The plugin as the program uses it."""

from pathlib import Path

import pytest

import brummer
import brummer_errors
from tests.plugins.project import FakeSettings


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "brummer" / "errors"
    folder.mkdir(parents=True)
    return folder


def literals() -> tuple[bytes, ...]:
    [gatherer] = brummer_errors.brummer_detectors()
    return gatherer.prefilter


PATTERN = """
[[pattern]]
name = "job"
literals = ["job failed:"]
start = '^job failed: (?P<message>.*)$'
"""


def test_patterns_of_the_user_count(apart: Path, tmp_path: Path) -> None:
    (apart / "shop.toml").write_text(PATTERN)
    other = tmp_path / "other.toml"
    other.write_text(PATTERN.replace("job failed", "ship sank"))

    brummer_errors.brummer_configure(FakeSettings(patterns=(other,)))
    brummer_errors.brummer_startup()

    assert {b"job failed:", b"ship sank:", b"error"} <= {*literals()}


def test_a_broken_file_is_complained_about_and_the_rest_works(apart: Path) -> None:
    (apart / "bad.toml").write_text("[[pattern]]\n")
    (apart / "good.toml").write_text(PATTERN)

    brummer_errors.brummer_configure(FakeSettings())

    assert b"job failed:" in literals()
    with pytest.raises(brummer.BrummerError, match=r"bad\.toml:1: name is missing"):
        brummer_errors.brummer_startup()


def test_patterns_can_be_left_out(apart: Path) -> None:
    (apart / "shop.toml").write_text(PATTERN)

    brummer_errors.brummer_configure(FakeSettings(disabled=("python", "shop.job")))

    assert b"job failed:" not in literals()
    assert b"traceback (most recent call last):" not in literals()
    assert b"panicked at " in literals()


def test_commands_tell_what_was_found() -> None:
    brummer_errors.brummer_configure(FakeSettings())
    listing, one = brummer_errors.brummer_commands()

    brummer_errors.brummer_finding(
        brummer.Finding(
            kind=brummer.FindingKind.WARNING,
            title="careful",
            process=brummer.ProcessId("web-1"),
            time=1.0,
        )
    )

    assert [listing.name, one.name] == ["errors.list", "errors.get"]
    assert "'message': 'careful'" in str(listing.run())
    assert "'severity': 'warning'" in str(one.run(error="web-1:0"))
