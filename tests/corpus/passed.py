"""A large body of what was printed where all went well.

``passed.toml`` tells how each output was made, ``passed/NAME.out.xz`` is what was
printed.  It was recorded by ``python -m tests.corpus.passed NAME ...``.
"""

import argparse
import lzma
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from tests.corpus.cases import ROOT, Case
from tests.corpus.record import printed

FOLDER: Final = ROOT / "passed"
INDEX: Final = ROOT / "passed.toml"


@cache
def outputs() -> tuple[Case, ...]:
    """Return how each output was made, in the order of the index."""
    tables = tomllib.loads(INDEX.read_text("utf-8"))["output"]
    return tuple(_made(table) for table in tables)


def _made(table: Mapping[str, Any]) -> Case:
    """Return what *table* describes, with what it leaves out."""
    fields = {"stream": "pipe", "folder": "/srv/passed", **table}
    path = FOLDER / f"{fields.pop('name')}.toml"
    return Case(path=path, findings=(), **fields)


def text_of(case: Case) -> bytes:
    """Return what was printed, byte for byte."""
    return lzma.decompress(case.path.with_suffix(".out.xz").read_bytes())


def keep(case: Case) -> None:
    """Run *case*, and keep what it prints."""
    FOLDER.mkdir(exist_ok=True)
    packed = lzma.compress(printed(case), preset=9 | lzma.PRESET_EXTREME)
    case.path.with_suffix(".out.xz").write_bytes(packed)


def main() -> None:
    """Record the outputs that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+", metavar="NAME")
    wanted = parser.parse_args().names
    for case in outputs():
        if case.path.stem in wanted:
            keep(case)


if __name__ == "__main__":
    main()
