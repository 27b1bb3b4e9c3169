from pathlib import Path

import pytest

from tests.corpus.cases import Case, read
from tests.corpus.record import record

#: Says whether it runs on a terminal, and shows a file of the case.
COMMAND = 'test -t 1 && echo "a terminal" || echo "a pipe"; cat shop/name; cat made'


def case(folder: Path, stream: str) -> Case:
    path = folder / "tool" / "name.toml"
    path.parent.mkdir()
    path.write_text(
        f"""
tool = "tool"
version = "1"
command = '{COMMAND}'
stream = "{stream}"
folder = "{folder / "project"}"
setup = ["echo set up > made"]
findings = []

[source]
"shop/name" = "corner shop"
"""
    )
    return read(path)


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        ("pipe", b"a pipe\ncorner shopset up\n"),
        ("pty", b"a terminal\r\ncorner shopset up\r\n"),
    ],
)
def test_a_case_is_recorded_as_its_tool_prints_it(
    tmp_path: Path, stream: str, expected: bytes
) -> None:
    recorded = case(tmp_path, stream)

    record(recorded)

    assert recorded.output() == expected


def test_a_case_starts_in_an_empty_folder(tmp_path: Path) -> None:
    recorded = case(tmp_path, "pipe")
    left = tmp_path / "project" / "left"
    left.parent.mkdir()
    left.touch()

    record(recorded)

    assert not left.exists()
