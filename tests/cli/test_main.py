"""Tests of brum before anything runs."""

import pytest

import brummer
from brummer.cli.main import main


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"brum version {brummer.__version__}\n"


def test_an_unknown_option_is_told_with_where_to_look(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--nonsense"]) == 2
    assert "--help" in capsys.readouterr().err
