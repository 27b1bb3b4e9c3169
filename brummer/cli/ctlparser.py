"""The commands and options of ``brumctl``."""

import argparse
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from brummer.cli.parser import Parser
from brummer.core.moment import FORMS, moment
from brummer.mcp.install import NAMES
from brummer.model.format import Format
from brummer.model.level import Level
from brummer.model.log import Stream

#: Where ``brumctl completion`` can be used.
SHELLS: Final = ("bash", "zsh", "fish", "tcsh")

#: What ``brumctl wait`` can wait for.
CONDITIONS: Final = ("ready", "exit", "line")

#: What can be said about capitals in ``brumctl search``.
CASES: Final = ("smart", "exact", "ignore")

#: What ``brumctl mcp`` can do, and for whom a server is entered.
MCP_ACTIONS: Final = ("list", "install", "remove", "print", "status", "calls")
SCOPES: Final = ("user", "project")

#: Stands for every client that is installed.
ALL: Final = "all"

_Add = Callable[..., argparse.ArgumentParser]


def _is_among(names: tuple[str, ...], one: object) -> bool:
    return one == [] or tuple.__contains__(names, one)


class _Clients(tuple[str, ...]):
    """The names of clients; argparse looks for an empty list there if none is given."""

    __slots__ = ()
    # Assigned and not written as a method, as in Parser.
    __contains__ = _is_among


def _parsed(
    parser: "_CommandParser", args: Iterable[str] | None = None, namespace: Any = None
) -> tuple[Any, list[str]]:
    if not parser.is_loose:
        return super(_CommandParser, parser).parse_known_args(args, namespace)
    # What is called comes back here: for the options, and for the words.
    parser.is_loose = False
    try:
        return parser.parse_known_intermixed_args(args, namespace)
    finally:
        parser.is_loose = True


class _CommandParser(Parser):
    """The parser of one command; if *is_loose*, options may stand among its words.

    If not, words that may be missing are missing once an option stands before them;
    but what is behind ``--`` may begin with a dash.
    """

    def __init__(self, *, is_loose: bool = False, **settings: Any) -> None:
        super().__init__(**settings)
        self.is_loose = is_loose

    # Assigned and not written as a method, as in Parser.
    parse_known_args = _parsed


class CtlParser(Parser):
    """The parser of ``brumctl``, with those of its commands by name."""

    commands: Mapping[str, argparse.ArgumentParser]


def seconds(word: str) -> float:
    """Return the time that *word* says, not negative; ``nan`` would never pass.

    :raises ValueError: if it is none.
    """
    value = float(word)
    if not value >= 0:
        raise ValueError(word)
    return value


def amount(word: str) -> int:
    """Return the whole number that *word* says, not negative.

    :raises ValueError: if it is none.
    """
    value = int(word)
    if value < 0:
        raise ValueError(word)
    return value


def when(word: str) -> float:
    """Return the moment that *word* means, in seconds since the epoch.

    :raises argparse.ArgumentTypeError: if it means none.
    """
    try:
        return moment(word)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def build_ctl_parser() -> CtlParser:
    """Return the parser of ``brumctl``."""
    parser = CtlParser(
        prog="brumctl",
        description="Talk to a running brum.",
        epilog="PROCESS is an id such as web-2, or the name of a script: its newest"
        " process that lives.  See brumctl(1).",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("-d", "--dir", default=".", metavar="DIR", help="folder of the project")
    add(
        "--instance",
        default="",
        metavar="ID",
        help="id, name or pid of the instance, where the folder does not tell",
    )
    add("-v", "--version", action="store_true", help="show the version and leave")
    # Not required here: without one, main() says what there is instead.
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", parser_class=_CommandParser
    )
    parser.commands = commands.choices

    def subcommand(
        name: str, about: str, *, is_loose: bool = False
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=about,
            description=about + ".",
            allow_abbrev=False,
            is_loose=is_loose,
        )
        made.add_argument("--json", action="store_true", help="print JSON")
        return made

    _add_tables(subcommand)
    _add_actions(subcommand)
    _add_logs(subcommand)
    _add_set_up(subcommand)
    return parser


def _add_tables(subcommand: _Add) -> None:
    subcommand("ps", "list the processes").add_argument(
        "-a", "--all", action="store_true", help="finished ones too"
    )
    subcommand("scripts", "list the scripts of the project").add_argument(
        "--names", action="store_true", help="print names only"
    )
    subcommand("urls", "list the URLs that processes announced").add_argument(
        "--check", action="store_true", help="try if they take connections"
    )
    errors = subcommand("errors", "list the errors in the output")
    errors.add_argument("process", nargs="?", metavar="PROCESS")
    errors.add_argument(
        "-f", "--follow", action="store_true", help="go on with those that come"
    )
    errors.add_argument(
        "--last", action="store_true", help="tell all about the last one"
    )
    subcommand("status", "say how the instance does")
    subcommand("health", "list how the parts of brum do")
    subcommand("instances", "list the running instances")
    subcommand("metrics", "print counters, in the text format of Prometheus")


def _add_actions(subcommand: _Add) -> None:
    start = subcommand("start", "start a script, or a shell command in quotes")
    start.add_argument("script", metavar="SCRIPT")
    start.add_argument("arguments", nargs="*", metavar="ARGUMENT")
    for name, about in (
        ("stop", "stop processes, with their grace period"),
        ("restart", "stop processes and start them again"),
        ("kill", "end processes at once"),
    ):
        action = subcommand(name, about)
        action.add_argument("process", nargs="*", metavar="PROCESS")
        action.add_argument("--all", action="store_true", help="every running one")
    signal = subcommand("signal", "send a signal to a process and its children")
    signal.add_argument("signal", metavar="SIGNAL", help="INT, SIGUSR1, 10, ...")
    signal.add_argument("process", metavar="PROCESS")
    type_ = subcommand("input", "type a line into a process")
    type_.add_argument("process", metavar="PROCESS")
    type_.add_argument("text", metavar="TEXT", help="- for standard input")
    type_.add_argument(
        "-n", "--no-newline", action="store_true", help="without Enter at its end"
    )
    type_.add_argument(
        "--hidden", action="store_true", help="keep it out of the process's log"
    )
    wait = subcommand("wait", "wait for a process")
    wait.add_argument("process", metavar="PROCESS")
    wait.add_argument(
        "--for",
        dest="condition",
        choices=CONDITIONS,
        default="ready",
        help="ready: it announced a URL; exit: it ended, its exit code is"
        " brumctl's; line: it printed what --pattern says (default: ready)",
    )
    wait.add_argument(
        "--pattern", default="", metavar="REGEX", help="what a line must hold"
    )
    wait.add_argument(
        "--timeout",
        type=seconds,
        metavar="SECONDS",
        help="give up after (default: never)",
    )
    _add_hand(subcommand("hand", "hand the last error, or lines, to an agent"))
    subcommand("quit", "stop all processes and end the instance")
    left = subcommand("leftovers", "list what an instance that died left running")
    left.add_argument("--end", action="store_true", help="end it")


def _add_hand(hand: argparse.ArgumentParser) -> None:
    hand.add_argument("process", nargs="?", default="", metavar="PROCESS")
    hand.add_argument(
        "-n", "--lines", type=amount, metavar="N", help="the last N lines of its log"
    )
    hand.add_argument(
        "--note", default="", metavar="TEXT", help="what the agent is to know"
    )


def _add_logs(subcommand: _Add) -> None:
    subcommand("runs", "list the runs of which there are files")
    history = subcommand("history", "say where the history is, or remove it")
    history.add_argument("action", nargs="?", choices=("status", "clear"))
    logs = subcommand("logs", "print what processes printed")
    logs.add_argument(
        "--history", action="store_true", help="what has left memory as well"
    )
    logs.add_argument(
        "--run",
        default="",
        metavar="RUN",
        help="what was printed in an earlier run, as brumctl runs names it, or last",
    )
    logs.add_argument("process", nargs="?", default="", metavar="PROCESS")
    logs.add_argument("-f", "--follow", action="store_true", help="go on printing")
    logs.add_argument(
        "-n", "--lines", type=int, metavar="N", help="the last N lines only"
    )
    logs.add_argument(
        "--ansi", action="store_true", help="keep colours when not on a terminal"
    )
    _add_filters(logs)
    _add_copy(logs)
    _add_search(subcommand("search", "print the lines that have a text"))


def _add_expressions(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--filter",
        action="append",
        default=[],
        metavar="EXPR",
        help="only what is so, as level>=warn -/healthz/ or @NAME; may be given"
        " several times",
    )
    add(
        "--level",
        choices=tuple(level.word for level in Level),
        help="only what is so serious, or more",
    )


def _add_filters(logs: argparse.ArgumentParser) -> None:
    _add_expressions(logs)
    add = logs.add_argument
    add("--grep", default="", metavar="TEXT", help="only what has this text")
    add("--since", type=when, metavar="TIME", help=f"only what was read after {FORMS}")
    add("--until", type=when, metavar="TIME", help="or before")


def _add_copy(logs: argparse.ArgumentParser) -> None:
    add = logs.add_argument
    add(
        "--format",
        choices=tuple(Format),
        help="how lines are written (default: as FILE is called, else plain)",
    )
    add("-o", "--output", default="", metavar="FILE", help="write them to a file")
    add("--force", action="store_true", help="overwrite FILE")


def _add_search(search: argparse.ArgumentParser) -> None:
    add = search.add_argument
    add("text", nargs="?", default="", metavar="TEXT", help="what a line must have")
    _add_expressions(search)
    _add_where(search)
    add("-e", "--regex", action="store_true", help="TEXT is a regular expression (RE2)")
    add(
        "--case",
        choices=CASES,
        default="smart",
        help="whether capitals count; smart: if TEXT has one (default: smart)",
    )
    add(
        "-i",
        "--ignore-case",
        dest="case",
        action="store_const",
        const="ignore",
        help="the same as --case ignore",
    )
    add("-n", "--lines", type=int, default=100, metavar="N", help="at most (100)")
    add(
        "-C",
        "--context",
        type=amount,
        default=0,
        metavar="N",
        help="lines around each",
    )
    add("-c", "--count", action="store_true", help="print only how many there are")
    add("-l", "--list", action="store_true", help="print only whose lines they are")
    add("--ansi", action="store_true", help="mark what was found without a terminal")


def _add_where(search: argparse.ArgumentParser) -> None:
    """Add the options that say where something is looked for."""
    add = search.add_argument
    add(
        "--run",
        default="",
        metavar="RUN",
        help="in an earlier run, as brumctl runs names it, or last",
    )
    add("--all-runs", action="store_true", help="in every run of which there are files")
    add("-f", "--follow", action="store_true", help="go on with lines that come")
    add(
        "-p",
        "--process",
        action="append",
        default=[],
        metavar="PROCESS",
        help="only what it printed; may be given several times",
    )
    add(
        "--stream",
        action="append",
        default=[],
        choices=tuple(Stream),
        help="only what came from there; may be given several times",
    )
    add(
        "--since",
        type=when,
        default=0.0,
        metavar="TIME",
        help=f"only what was read after {FORMS}",
    )
    add("--until", type=when, default=0.0, metavar="TIME", help="or before")


def _add_set_up(subcommand: _Add) -> None:
    plugins = subcommand("plugins", "list, install or remove plugins", is_loose=True)
    plugins.add_argument(
        "action", nargs="?", choices=("list", "install", "remove"), default="list"
    )
    plugins.add_argument("name", nargs="?", default="", metavar="NAME")
    plugins.add_argument(
        "-n", "--dry-run", action="store_true", help="show what would be run"
    )
    plugins.add_argument(
        "--requirements",
        action="store_true",
        help="print lines for a requirements file",
    )
    about = "enter Brummer in the files of MCP clients; who calls it"
    _add_mcp(subcommand("mcp", about, is_loose=True))
    subcommand("doctor", "explain the set-up and what is wrong with it")
    completion = subcommand("completion", "print a completion script")
    completion.add_argument("shell", choices=SHELLS)


def _add_mcp(mcp: argparse.ArgumentParser) -> None:
    add = mcp.add_argument
    add("action", nargs="?", choices=MCP_ACTIONS, default="list")
    add(
        "client",
        nargs="*",
        choices=_Clients((*NAMES, ALL)),
        metavar="CLIENT",
        help=f"{', '.join(NAMES)}; {ALL} for those that are installed",
    )
    add(
        "--scope",
        choices=SCOPES,
        help="for all projects of the user, or for this one (default: user)",
    )
    add("--name", metavar="NAME", help="what the entry is called (default: brummer)")
    add(
        "--http",
        action="store_true",
        help="enter the address of one instance, not the program that finds all",
    )
    add("--url", default="", metavar="URL", help="the same, with an address to use")
    add(
        "--create",
        action="store_true",
        help="make files and folders for a client that is not there yet",
    )
    add(
        "-n",
        "--dry-run",
        action="store_true",
        help="show what would be changed",
    )
    add(
        "--last",
        type=amount,
        default=50,
        metavar="N",
        help="of calls, the last N (default: 50)",
    )
