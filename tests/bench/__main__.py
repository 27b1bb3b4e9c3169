"""Runs benchmarks: ``python -m tests.bench [NAME ...] [--write]``."""

import argparse
import datetime as dt
import importlib
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tests.bench import machine
from tests.bench.table import Table

#: Where ``--write`` puts what was found.
RESULTS: Final = Path(__file__).with_name("RESULTS.rst")

_HEAD: Final = """\
Benchmarks
==========

Written by ``python -m tests.bench --write``; with names it renews only those
tables.  Ratios and counts carry over to other machines; seconds do not, and a busy
machine makes all of them longer.
"""

#: Stands before the tables of a benchmark: a comment with its name.
_SECTION: Final = re.compile(r"^\.\. (\w+)\n", re.MULTILINE)

#: All there is, in the order of running, with what each asks.
BENCHMARKS: Final = MappingProxyType(
    {
        "system": "what bus, registry, log and commands do together",
        "reads": "what reading costs beside the same behind a lock",
        "bus": "what an event costs beside a task of an executor",
        "logs": "what the log costs",
        "detectors": "what detectors cost beside the same flood without",
        "history": "what it costs to write to files what is printed",
        "past": "how long a search takes in files, and what memory",
        "ingest": "what it takes to keep what is printed, here and with others",
        "search": "how long a search takes beside grep",
        "flood": "four processes that print all they can, here and with others",
        "startup": "how long it takes until something is there",
        "idle": "what doing nothing costs",
        "keys": "how long a key takes under load",
        "agents": "how many calls agents get answered beside the SDK's bare server",
        "hub": "how long it takes until the hub is ready",
        "tokens": "how much of an agent's context tools and answers take",
    }
)


def main(words: Sequence[str] | None = None) -> int:
    """Run what is asked for, print it, and write it down if that is wanted."""
    options = _options(words)
    found: dict[str, str] = {}
    for name in options.names or BENCHMARKS:
        texts = []
        for table in _measured(name):
            texts.append(table.text())
            print(texts[-1], flush=True)
        found[name] = "\n".join(texts)
    if options.write:
        _write({**_written(), **found})
    return 0


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    known = "; ".join(f"{name}: {about}" for name, about in BENCHMARKS.items())
    parser = argparse.ArgumentParser(prog="python -m tests.bench", epilog=known)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], metavar="NAME")
    parser.add_argument(
        "--write", action="store_true", help=f"write {RESULTS.name} as well"
    )
    return parser.parse_args(words)


def _measured(name: str) -> Iterator[Table]:
    """Run a benchmark; each table says when, and how busy the machine was."""
    module = importlib.import_module(f"tests.bench.{name}")
    began, load = dt.datetime.now(dt.UTC), machine.load()
    for table in module.tables():
        took = (dt.datetime.now(dt.UTC) - began).total_seconds()
        table.notes.append(
            f"{began:%Y-%m-%d %H:%M} UTC, {took:.0f} s;"
            f" load {load} before, {machine.load()} after."
        )
        yield table
        began, load = dt.datetime.now(dt.UTC), machine.load()


def _written() -> dict[str, str]:
    """Return what was written down before, by benchmark."""
    if not RESULTS.exists():
        return {}
    parts = _SECTION.split(RESULTS.read_text(encoding="utf-8"))
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _write(sections: Mapping[str, str]) -> None:
    """Write down what was found, in the order of running."""
    rows = [f":{name}: {value}" for name, value in machine.description()]
    texts = [
        f".. {name}\n\n{sections[name].strip()}\n"
        for name in BENCHMARKS
        if name in sections
    ]
    head = f"{_HEAD}\n" + "\n".join(rows) + "\n"
    RESULTS.write_text("\n".join([head, *texts]), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
