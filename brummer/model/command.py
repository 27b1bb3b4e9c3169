"""Named actions: what keys, the palette, MCP tools and ``brumctl`` run."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class CommandThread(StrEnum):
    """Where a command's function runs.

    ANY commands return at once and run on the caller's thread; BUS commands
    may take their time and run on a worker.
    """

    ANY = "any"
    BUS = "bus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One argument of a command.

    *kind* is ``str``, ``int``, ``float``, ``bool`` or ``list`` (of strings).
    """

    name: str
    description: str
    kind: type = str
    required: bool = True
    default: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A named action such as ``process.restart``.

    *run* takes the parameters by keyword and returns a value that JSON can
    carry, or a :class:`concurrent.futures.Future` of one.  It raises
    :class:`brummer.errors.BrummerError` for what the user can act on.  A
    *cancellable* command ends when whoever asked for it has gone: its future is
    cancelled then.
    """

    name: str
    title: str
    run: Callable[..., object]
    parameters: tuple[Parameter, ...] = ()
    thread: CommandThread = CommandThread.ANY
    cancellable: bool = False
