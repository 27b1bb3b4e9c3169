"""Runs benchmarks: ``python -m tests.bench [NAME ...] [--write]``."""

import argparse
import datetime as dt
import importlib
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tests.bench import machine
from tests.bench.table import Table

#: Where ``--write`` puts what was found.
RESULTS: Final = Path(__file__).with_name("RESULTS.rst")

#: All there is, in the order of running, with what each asks.
BENCHMARKS: Final = MappingProxyType(
    {
        "system": "what bus, registry, log and commands do together",
        "reads": "what reading costs beside the same behind a lock",
        "bus": "what an event costs beside a task of an executor",
        "logs": "what the log costs",
        "flood": "four processes that print all they can, here and with others",
        "startup": "how long it takes until something is there",
        "idle": "what doing nothing costs",
        "keys": "how long a key takes under load",
    }
)


def main(words: Sequence[str] | None = None) -> int:
    """Run what is asked for, print it, and write it down if that is wanted."""
    options = _options(words)
    names = options.names or list(BENCHMARKS)
    began, load = dt.datetime.now(dt.UTC), machine.load()
    tables = []
    for table in _measured(names):
        print(table.text(), flush=True)
        tables.append(table.text())
    if options.write:
        command = " ".join(["python -m tests.bench", *options.names])
        when = f"{began:%Y-%m-%d %H:%M} UTC"
        head = _head(command, when, f"{load} before, {machine.load()} after")
        RESULTS.write_text("\n".join([head, *tables]), encoding="utf-8")
    return 0


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    known = "; ".join(f"{name}: {about}" for name, about in BENCHMARKS.items())
    parser = argparse.ArgumentParser(prog="python -m tests.bench", epilog=known)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], metavar="NAME")
    parser.add_argument(
        "--write", action="store_true", help=f"write {RESULTS.name} as well"
    )
    return parser.parse_args(words)


def _measured(names: Sequence[str]) -> Iterator[Table]:
    """Run one benchmark after the other; each says how busy the machine was."""
    for name in names:
        module = importlib.import_module(f"tests.bench.{name}")
        began, load = time.monotonic(), machine.load()
        for table in module.tables():
            took = time.monotonic() - began
            table.notes.append(
                f"Took {took:.0f} s; load {load} before, {machine.load()} after."
            )
            yield table
            began, load = time.monotonic(), machine.load()


def _head(command: str, when: str, load: str) -> str:
    rows = [*machine.description(), ("date", when), ("load", load)]
    return "\n".join(
        [
            "Benchmarks",
            "==========",
            "",
            f"Written by ``{command} --write``.  Ratios and counts carry over to other",
            "machines; seconds do not, and a busy machine makes all of them longer.",
            "",
            *[f":{name}: {value}" for name, value in rows],
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
