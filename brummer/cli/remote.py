"""A running instance, as ``brumctl`` commands use it."""

import argparse
import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from brummer.cli.folder import project_folder
from brummer.control.client import ControlClient
from brummer.control.protocol import EndedError
from brummer.control.record import AbsentError, Directory, InstanceRecord
from brummer.core.nearest import no_process
from brummer.errors import BrummerError
from brummer.logs.ansi import strip
from brummer.model.script import NOTHING

#: One row of an answer; the fields are those of the model's values.
Row = Mapping[str, Any]


class Remote:
    """Finds the instance, connects on first use, and prints answers.

    Threads: the main thread only.
    """

    def __init__(self, options: argparse.Namespace, directory: Directory) -> None:
        self.options = options
        self.directory = directory
        self._exits = contextlib.ExitStack()

    @cached_property
    def folder(self) -> Path:
        """The folder of ``-d``.

        :raises UsageError: if there is none.
        """
        return project_folder(self.options.dir)

    @cached_property
    def record(self) -> InstanceRecord:
        """The instance that the options choose."""
        return self.directory.choose(self.folder, self.options.instance)

    @cached_property
    def client(self) -> ControlClient:
        """The connection to it."""
        return self._exits.enter_context(ControlClient(self.record))

    def hang_up(self) -> None:
        """Hang up; the next question is for the instance that is there then."""
        self._exits.close()
        for name in ("client", "record"):
            self.__dict__.pop(name, None)

    def rows(self, method: str) -> list[Row]:
        """Return the answer to *method*, which is a list."""
        answer = self.client.ask(method)
        if not isinstance(answer, list):
            raise BrummerError(f"the instance answered {method} with {answer!r}")
        return answer

    def row(self, method: str, params: Mapping[str, object] = NOTHING) -> Row:
        """Return the answer to *method*, which is one object."""
        return self._object(self.client.ask(method, params))

    def run(self, command: str, /, **arguments: object) -> Row:
        """Run a named command, for as long as it takes, and return its answer."""
        return self._object(self.client.run(command, arguments, timeout=None))

    def find(self, process: str) -> Row:
        """Return a process by its id, or the newest of a script's name.

        :raises AbsentError: if there is none.
        """
        rows = self.rows("processes")
        named = [row for row in rows if process in {row["id"], row["name"]}]
        living = [row for row in named if not is_finished(row)]
        if not named:
            known = ((row["id"], row["name"]) for row in rows)
            raise AbsentError(no_process(process, known))
        return (living or named)[-1]

    def show(self, value: object, text: Callable[[], str]) -> None:
        """Print *value* as JSON if that was asked for, else what *text* returns."""
        if self.options.json:
            say(json.dumps(value, indent=2, default=str))
        elif said := text():
            # Commands and names come from files that anybody may have written.
            say("\n".join(map(strip, said.splitlines())))

    @staticmethod
    def _object(answer: object) -> Row:
        return answer if isinstance(answer, dict) else {"answer": answer}


@contextlib.contextmanager
def ending_told(remote: Remote) -> Iterator[None]:
    """Take the end of the instance for the end of what followed it."""
    try:
        yield
    except EndedError:
        say_aside(f"{remote.record.id} ended")


def ending(row: Row) -> str:
    """Return in a few words how the process of *row* ended."""
    code = row["exit_code"]
    return str(row["status"]) + ("" if code is None else f" {code}")


def is_finished(row: Row) -> bool:
    """Whether the process of *row* has ended."""
    return row["status"] in {"stopped", "success", "failed"}


def say(text: str) -> None:
    """Print a line; what the terminal cannot show becomes ``?``."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()


def say_aside(text: str) -> None:
    """Print a remark to standard error."""
    sys.stderr.write(f"brumctl: {text}\n")
