"""The options of ``brum``.

Built by one function without side effects, so that the manual page, shell
completion and the tests read the same table that parses the command line.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, NoReturn, Protocol

from brummer.errors import UsageError

#: Options that set a configuration key: option, key, and what it stores.
_SETTINGS: Final[Mapping[str, str]] = {
    "port": "mcp_port",
    "proxy_port": "proxy_port",
    "proxy_mode": "proxy_mode",
    "proxy_url": "proxy_url",
    "standard_proxy": "standard_proxy",
    "no_proxy": "no_proxy",
    "no_mcp": "no_mcp",
}


#: What may be said together with ``--mcp``; targets have a word of their own.
_WITH_HUB: Final = frozenset({"mcp", "mcp_compact", "version", "targets"})


class Flag(NamedTuple):
    """A configuration value that came from the command line."""

    value: object
    option: str


def _refuse(parser: argparse.ArgumentParser, message: str) -> NoReturn:
    """Raise what argparse would print before it leaves the program."""
    raise UsageError(f"{message} (see {parser.prog} --help)")


class _Paper(Protocol):
    def write(self, text: str, /) -> object: ...


def _show_help(parser: argparse.ArgumentParser, file: _Paper | None = None) -> None:
    """Write the help; argparse would not mind if it could not."""
    (file or sys.stdout).write(parser.format_help())


class Parser(argparse.ArgumentParser):
    """An argument parser that raises instead of leaving the program."""

    # Assigned and not written as a method: @override comes from a module that
    # takes longer to import than all the rest of --version.
    error = _refuse
    print_help = _show_help


def build_parser() -> Parser:
    """Return the parser of ``brum``."""
    parser = Parser(
        prog="brum",
        usage="brum [options] [SCRIPT | 'COMMAND'] ... [-- ARGUMENTS]",
        description="Run a project's processes side by side and watch them.",
        epilog="In a terminal brum opens its screen; brumctl talks to it from"
        " elsewhere.  See brum(1), brum.toml(5) and brum-plugins(7).",
        allow_abbrev=False,
    )
    _add_general(parser)
    _add_network(parser)
    parser.add_argument(
        "targets",
        nargs="*",
        metavar="SCRIPT",
        help="script to start, or a shell command in quotes",
    )
    return parser


def _add_general(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("-v", "--version", action="store_true", help="show the version and leave")
    add(
        "--settings",
        action="store_true",
        help="show every setting, its value and where that came from, and leave",
    )
    add("-d", "--dir", default=".", metavar="DIR", help="folder of the project")
    add(
        "-o",
        "--option",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="set a configuration key, such as log_store.max_entries=50000",
    )
    add(
        "-P",
        "--plugin",
        action="append",
        default=[],
        metavar="PLUGIN",
        help="load plugin NAME or ./FILE.py, or with no:NAME leave it out",
    )
    add("--no-tui", action="store_true", help="print output instead of the screen")
    add(
        "--exit-on",
        choices=("done", "first", "failure"),
        help="without the screen: leave when all processes have ended, when the"
        " first one has, or when one fails",
    )
    add("--ascii", action="store_true", help="draw the screen with ASCII only")
    add("--debug", action="store_true", help="write a detailed log of brum itself")


def _add_network(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("-p", "--port", type=int, metavar="PORT", help="port of the MCP server")
    add("--no-mcp", action="store_true", default=None, help="run no MCP server")
    add(
        "--mcp",
        action="store_true",
        help="serve agents on standard input and output, for every brum that runs",
    )
    add(
        "--mcp-compact",
        choices=("auto", "always", "never"),
        help="with --mcp: when to list a tool of several instances once; by itself"
        " from three instances on",
    )
    add("--proxy-port", type=int, metavar="PORT", help="port of the full proxy")
    add("--proxy-mode", metavar="MODE", help="reverse or full")
    add("--proxy-url", metavar="URL", help="URL to put behind a proxy at the start")
    add(
        "--standard-proxy",
        action="store_true",
        default=None,
        help="same as --proxy-mode full",
    )
    add("--no-proxy", action="store_true", default=None, help="run no proxy")


class CommandLine(NamedTuple):
    """What ``brum`` was asked to do."""

    options: argparse.Namespace
    #: Scripts and commands, in the order given.
    targets: tuple[str, ...]
    #: Words after ``--``, for the one script.
    arguments: tuple[str, ...]
    #: Configuration keys that options set.
    flags: Mapping[str, Flag]


def parse(words: Sequence[str]) -> CommandLine:
    """Return what *words*, the command line without its program, ask for.

    :raises UsageError: if they make no sense.
    :raises SystemExit: after ``--help``, which argparse prints.
    """
    before, after = _split(list(words))
    options = build_parser().parse_intermixed_args(before)
    targets = tuple(options.targets)
    if after and len(targets) != 1:
        raise UsageError(
            f"arguments after -- go to one script, and {len(targets)} were named"
        )
    if options.exit_on and not options.no_tui:
        raise UsageError("--exit-on works without the screen only: add --no-tui")
    _check_hub(options, targets)
    flags = {
        key: Flag(getattr(options, name), "--" + name.replace("_", "-"))
        for name, key in _SETTINGS.items()
        if getattr(options, name) is not None
    }
    return CommandLine(options, targets, after, flags)


def _check_hub(options: argparse.Namespace, targets: Sequence[str]) -> None:
    """Find that what goes with ``--mcp`` is there with it, and nothing else.

    :raises UsageError: if it is not so.
    """
    if not options.mcp:
        if options.mcp_compact:
            raise UsageError("--mcp-compact says how --mcp lists tools: add --mcp")
        return
    unset = build_parser().parse_args([])
    given = [
        "--" + name.replace("_", "-")
        for name, value in vars(options).items()
        if name not in _WITH_HUB and value != getattr(unset, name)
    ]
    if given or targets:
        raise UsageError(
            "--mcp serves every brum that runs, and starts none: leave out "
            + ", ".join([*given, *targets])
        )


def _split(words: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Return the words before and after the first ``--``."""
    if "--" not in words:
        return words, ()
    position = words.index("--")
    return words[:position], tuple(words[position + 1 :])
