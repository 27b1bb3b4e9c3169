"""Answers that go into files."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import current_thread

import pytest

from brummer.errors import RefusedError
from brummer.mcp.outfile import OutFiles
from brummer.mcp.tools import file
from brummer.mcp.tools.file import Files
from brummer.model.tool import ENSURES, READS, Answer, Text


def written(folder: Path, path: str, *texts: str) -> Answer:
    with ThreadPoolExecutor(1) as pool:
        files = Files(OutFiles(folder), pool.submit)
        rows = [{"text": text} for text in texts]
        return asyncio.run(files.write(path, rows, texts))


def test_lines_are_written_and_summed_up(tmp_path: Path) -> None:
    answer = written(tmp_path, "a.txt", "one", "two \ud800", "x" * 5_000)

    assert (tmp_path / "a.txt").read_bytes().startswith(b"one\ntwo ?\nxxx")
    (part,) = answer.content
    assert isinstance(part, Text)
    assert part.text.startswith(
        "wrote 3 lines, 5,011 bytes to a.txt\nfirst: one\nlast:"
    )
    assert len(part.text) < 400


def test_json_is_written_where_the_name_says_so(tmp_path: Path) -> None:
    written(tmp_path, "a.json", "one", "\udfff")

    assert json.loads((tmp_path / "a.json").read_text("utf-8")) == [
        {"text": "one"},
        {"text": "?"},
    ]


@pytest.mark.parametrize("path", ["a.txt", "a.json"])
def test_nothing_is_a_file_as_well(tmp_path: Path, path: str) -> None:
    answer = written(tmp_path, path)

    assert answer.data == {
        "written": {
            "path": path,
            "lines": 0,
            "bytes": (tmp_path / path).stat().st_size,
        }
    }


def test_what_is_too_large_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "LARGEST", 100)

    with pytest.raises(RefusedError, match="501 bytes are too many, 100 can be"):
        written(tmp_path, "a.txt", "x" * 500)

    assert list(tmp_path.iterdir()) == []


def test_who_may_write_says_so(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        may = Files(OutFiles(tmp_path), pool.submit)
        may_not = Files(OutFiles(tmp_path), pool.submit, is_allowed=False)

    assert (may.effect, may_not.effect) == (ENSURES, READS)
    assert (list(may.argument()), list(may_not.argument())) == (["output_file"], [])


def test_lines_are_made_where_nobody_waits_for_them(tmp_path: Path) -> None:
    seen: list[str] = []

    def lines() -> Iterator[str]:
        seen.append(current_thread().name)
        yield "one"

    with ThreadPoolExecutor(1, "worker") as pool:
        files = Files(OutFiles(tmp_path), pool.submit)
        asyncio.run(files.write("a.txt", [], lines()))

    assert seen == ["worker_0"]
