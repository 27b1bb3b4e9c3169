"""What every key does, in one table.

The key map, the hints in the last row, the help, the palette and the table in
the manual page are made from :data:`BINDINGS`, so none of them can be wrong.
A key means the same wherever it means anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Place(StrEnum):
    """What has the keyboard: a view, or something that lies over it."""

    SCRIPTS = "scripts"
    PROCESSES = "processes"
    LOGS = "logs"
    ERRORS = "errors"
    URLS = "urls"
    MCP = "mcp"
    CALL = "call"
    PROMPT = "prompt"
    FIND = "find"
    PALETTE = "palette"
    HELP = "help"
    HEALTH = "health"
    QUIT = "quit"
    STOPPING = "stopping"
    LEFTOVERS = "leftovers"


class Group(StrEnum):
    """What a binding is about; the columns of the help."""

    MOVE = "move"
    SCRIPT = "script"
    PROCESS = "process"
    LOG = "log"
    FIND = "find"
    FOUND = "found"
    APP = "app"


@dataclass(frozen=True, slots=True)
class Binding:
    """One command with its keys, in the places where they mean it.

    A binding without keys is run from the palette.  *hint* is its word in the
    last row of the screen; those without one are left to the help.
    """

    command: str
    title: str
    keys: tuple[str, ...]
    places: frozenset[Place]
    group: Group
    hint: str = ""

    @property
    def is_listed(self) -> bool:
        """Whether the palette offers it: all but what only keys are good for."""
        return self.group is not Group.MOVE and self.command not in _KEYS_ONLY


_KEYS_ONLY: Final = frozenset(
    {"palette.open", "process.log", "script.fold", "script.run", "view.back"}
    | {"error.log"}
)

_SCRIPTS: Final = frozenset({Place.SCRIPTS})
_PROCESSES: Final = frozenset({Place.PROCESSES})
_LOGS: Final = frozenset({Place.LOGS})
_ERRORS: Final = frozenset({Place.ERRORS})
_URLS: Final = frozenset({Place.URLS})
_MCP: Final = frozenset({Place.MCP})
_FOUND: Final = _ERRORS | _URLS
_SHOW_LOG: Final = _PROCESSES | _LOGS
_SHOW_ERRORS: Final = _SHOW_LOG | _ERRORS
_PANES: Final = _SHOW_ERRORS | _MCP
#: The views.
VIEWS: Final = _SCRIPTS | _PROCESSES | _LOGS | _FOUND | _MCP
_TEXTS: Final = frozenset({Place.HELP, Place.HEALTH, Place.CALL})
_SCROLL: Final = VIEWS | _TEXTS
_CHOICES: Final = frozenset({Place.PALETTE})
_PROMPT: Final = frozenset({Place.PROMPT})
_FINDING: Final = frozenset({Place.FIND})
_LINES: Final = _PROMPT | _FINDING
_INPUT: Final = _LINES | _CHOICES
_ASKING: Final = frozenset({Place.QUIT, Place.LEFTOVERS})

#: Whatever people press to get out of something.
_OUT: Final = ("esc", "q", "?", "!", "enter", "ctrl c")
_QUIT: Final = frozenset({Place.QUIT})
_HURRY: Final = frozenset({Place.STOPPING})

_M, _S, _P, _L, _A = Group.MOVE, Group.SCRIPT, Group.PROCESS, Group.LOG, Group.APP
_F, _N = Group.FOUND, Group.FIND

# fmt: off
BINDINGS: Final[tuple[Binding, ...]] = (
    # Where to go.
    Binding("move.up", "up", ("k", "up"), _SCROLL, _M),
    Binding("move.down", "down", ("j", "down"), _SCROLL, _M),
    Binding("move.page_up", "page up", ("page up", "ctrl b"), _SCROLL, _M),
    Binding("move.page_down", "page down", ("page down", "ctrl f"), _SCROLL, _M),
    Binding("move.half_up", "half page up", ("ctrl u",), _SCROLL, _M),
    Binding("move.half_down", "half page down", ("ctrl d",), _SCROLL, _M),
    Binding("move.top", "top", ("g", "home"), _SCROLL, _M),
    Binding("move.end", "end", ("G", "end"), _SCROLL, _M),
    Binding("process.previous", "previous process", ("[",), _SHOW_LOG, _M),
    Binding("process.next", "next process", ("]",), _SHOW_LOG, _M),
    Binding("pane.next", "other pane", ("tab",), _PANES, _M),
    Binding("pane.zoom", "zoom the pane", ("z",), _SHOW_ERRORS, _A, "zoom"),
    # Scripts.
    Binding("script.run", "run, or show", ("enter",), _SCRIPTS, _S, "run"),
    Binding("script.arguments", "run with arguments", ("a",), _SCRIPTS, _S, "args"),
    Binding("script.again", "start once more", ("S",), VIEWS, _S, "start"),
    Binding("command.new", "run a shell command", ("$",), VIEWS, _S, "new command"),
    Binding("script.fold", "fold a package", (" ", "left", "right"), _SCRIPTS, _S),
    Binding("script.detect", "read the scripts again", ("R",), _SCRIPTS, _S),
    # Processes.
    Binding("process.log", "its log, full screen", ("enter",), _PROCESSES, _P, "log"),
    Binding("process.restart", "restart", ("r",), VIEWS, _P, "restart"),
    Binding("process.stop", "stop", ("s",), VIEWS, _P, "stop"),
    Binding("process.kill", "kill now", ("K",), VIEWS, _P, "kill"),
    Binding("process.input", "type into it", ("i",), VIEWS, _P, "type"),
    Binding("process.signal", "send a signal", ("x",), VIEWS, _P, "signal"),
    Binding("process.runs", "show earlier runs", ("H",), _PROCESSES, _P),
    Binding("process.restart_all", "restart all", ("ctrl r",), VIEWS, _P),
    Binding("process.stop_all", "stop all", (), VIEWS, _P),
    # Logs.
    Binding("log.follow", "follow the end", ("f",), _SHOW_LOG, _L, "follow"),
    Binding("log.wrap", "wrap long lines", ("w",), _SHOW_LOG, _L, "wrap"),
    Binding("log.left", "sideways to the left", ("h", "left"), _SHOW_LOG, _L),
    Binding("log.right", "sideways to the right", ("l", "right"), _SHOW_LOG, _L),
    Binding("log.times", "times: clock, passed", ("T",), _SHOW_LOG, _L, "times"),
    Binding("log.summary", "sum fields up", ("L",), _SHOW_LOG, _L),
    Binding("log.detail", "all of the line, as JSON", ("J",), _LOGS, _L, "detail"),
    Binding("log.select", "select lines", ("v",), _LOGS, _L, "select"),
    Binding("item.copy", "copy", ("y",), _LOGS | _FOUND | _MCP, _L, "copy"),
    Binding("log.copy_times", "copy with times", ("Y",), _LOGS, _L),
    Binding("log.write", "write to a file", ("W",), _LOGS, _L, "write"),
    Binding("log.all", "all processes", ("A",), _LOGS, _L, "all"),
    Binding("log.runs", "open an earlier run", (), _LOGS, _L),
    # What is looked for.
    Binding("find.open", "find: lines, or in a list", ("/",), VIEWS, _N, "find"),
    Binding("find.next", "next match", ("n",), _SHOW_LOG, _N, "next"),
    Binding("find.previous", "match before", ("N",), _SHOW_LOG, _N),
    Binding("log.filter", "filter the lines", ("&",), _SHOW_LOG, _N, "filter"),
    Binding("log.unfilter", "filters off, on", ("F",), _SHOW_LOG, _N),
    Binding("log.high", "high priority only", ("p",), _SHOW_LOG, _N),
    Binding("log.fold", "repeats once", ("=",), _SHOW_LOG, _N),
    Binding("log.warning", "next warning", (")",), _SHOW_LOG, _N),
    Binding("log.warning_before", "warning before", ("(",), _SHOW_LOG, _N),
    Binding("log.mark", "mark the line", ("m",), _SHOW_LOG, _N, "mark"),
    Binding("log.next_mark", "next mark", ("u",), _SHOW_LOG, _N),
    Binding("log.previous_mark", "mark before", ("U",), _SHOW_LOG, _N),
    Binding("log.marks", "list the marks", ("'",), _SHOW_LOG, _N),
    Binding("log.time", "go to a time", ("t",), _SHOW_LOG, _N, "time"),
    Binding("log.filters", "filters: add, remove", (), _SHOW_LOG, _N),
    Binding("error.next", "next error", ("e",), _SHOW_ERRORS, _N, "next"),
    Binding("error.previous", "error before", ("E",), _SHOW_ERRORS, _N),
    # Errors and URLs.
    Binding("error.log", "the log at that line", ("enter",), _ERRORS, _F, "log"),
    Binding("url.open", "open in a browser", ("enter",), _URLS, _F, "open"),
    Binding("item.open", "open in the editor", ("o",), _ERRORS, _F, "open file"),
    Binding("error.done", "done, till it is back", ("d",), _ERRORS, _F, "done"),
    Binding("error.ignore", "ignore this kind", ("I",), _ERRORS, _F, "ignore"),
    Binding("error.restore", "show what was done or ignored", (), _ERRORS, _F),
    Binding("agent.hand_over", "give to an agent", (">",), _SHOW_ERRORS, _F, "agent"),
    Binding("call.open", "all about the call", ("enter",), _MCP, _F, "all of it"),
    Binding("url.check", "look if they answer", ("c",), _URLS, _F, "check"),
    Binding("error.copy_last", "copy the last error", ("C",), VIEWS, _L),
    # The program.
    Binding("view.scripts", "scripts", ("1",), VIEWS, _A),
    Binding("view.processes", "processes", ("2",), VIEWS, _A),
    Binding("view.logs", "logs", ("3",), VIEWS, _A),
    Binding("view.errors", "errors", ("4",), VIEWS, _A),
    Binding("view.urls", "servers", ("5",), VIEWS, _A),
    Binding("view.mcp", "agents and their calls", ("6",), VIEWS, _A),
    Binding("view.back", "back", ("esc",), VIEWS, _A),
    Binding("palette.open", "palette", (":",), VIEWS, _A, "palette"),
    Binding("help.open", "help", ("?",), VIEWS, _A, "help"),
    Binding("health.open", "what is broken", ("!",), VIEWS, _A),
    Binding("clients.open", "set up MCP clients", (), VIEWS, _A),
    Binding("mouse.toggle", "mouse on, off", ("M",), VIEWS, _A),
    Binding("screen.redraw", "redraw", ("ctrl l",), VIEWS | _TEXTS, _A),
    Binding("screen.suspend", "suspend", ("ctrl z",), VIEWS, _A),
    Binding("app.quit", "quit", ("q", "ctrl c"), VIEWS, _A, "quit"),
    # What lies over a view.
    Binding("layer.close", "close", _OUT, _TEXTS, _A, "close"),
    Binding("input.take", "take it", ("enter",), _INPUT, _A, "go"),
    Binding("input.leave", "leave", ("esc", "ctrl c"), _INPUT, _A, "leave"),
    Binding("input.earlier", "what was typed before", ("up", "ctrl p"), _LINES, _A),
    Binding("input.later", "what was typed after it", ("down", "ctrl n"), _LINES, _A),
    Binding("find.regex", "regular expression", ("ctrl r",), _FINDING, _A, "regex"),
    Binding("find.case", "capitals count", ("ctrl x",), _FINDING, _A, "case"),
    Binding("input.hide", "hide what is typed", ("ctrl t",), _PROMPT, _A, "hide"),
    Binding("choice.up", "choice above", ("up", "ctrl p"), _CHOICES, _A),
    Binding("choice.down", "choice below", ("down", "ctrl n", "tab"), _CHOICES, _A),
    Binding("answer.yes", "yes", ("y",), _ASKING, _A, "yes"),
    Binding("answer.sure", "yes", ("ctrl c",), _QUIT, _A),
    Binding("answer.no", "no", ("n", "esc", "enter", "q"), _ASKING, _A, "no"),
    Binding("app.hurry", "kill now", ("K", "k", "ctrl c"), _HURRY, _A, "kill now"),
)
# fmt: on


def bindings() -> tuple[Binding, ...]:
    """Return every binding, in the order of the help and the manual."""
    return BINDINGS


def command_of(place: Place, key: str) -> str | None:
    """Return the command that *key* means in *place*."""
    return _KEYS[place].get(key)


def hinted(place: Place) -> tuple[Binding, ...]:
    """Return the bindings worth a hint in the last row of *place*, the best first."""
    here = {b.command: b for b in bindings_in(place) if b.hint and b.keys}
    order = _HINTS.get(place, tuple(here))
    return tuple(here[command] for command in order)


def bindings_in(place: Place) -> tuple[Binding, ...]:
    """Return the bindings of *place*, in the order of the table."""
    return tuple(b for b in BINDINGS if place in b.places)


def key_names(binding: Binding) -> str:
    """Return the keys of *binding* for people: ``^r``, ``space``, ``j down``."""
    return " ".join(_NAMES.get(k, k.replace("ctrl ", "^")) for k in binding.keys)


#: In views there are more than fit; help is never left out.
_HINTS: Final[Mapping[Place, tuple[str, ...]]] = {
    Place.SCRIPTS: (
        "script.run",
        "script.arguments",
        "command.new",
        "help.open",
        "find.open",
        "palette.open",
        "app.quit",
        "process.stop",
        "process.restart",
    ),
    Place.PROCESSES: (
        "process.log",
        "process.restart",
        "process.stop",
        "help.open",
        "process.input",
        "palette.open",
        "app.quit",
        "find.open",
        "pane.zoom",
        "command.new",
        "process.signal",
        "script.again",
        "agent.hand_over",
        "log.wrap",
    ),
    Place.LOGS: (
        "find.open",
        "log.filter",
        "log.follow",
        "help.open",
        "find.next",
        "error.next",
        "log.wrap",
        "palette.open",
        "app.quit",
        "log.all",
        "log.mark",
        "log.detail",
        "item.copy",
        "log.time",
        "log.times",
        "agent.hand_over",
        "process.restart",
        "process.stop",
        "process.input",
    ),
    Place.ERRORS: (
        "error.log",
        "item.copy",
        "item.open",
        "help.open",
        "error.done",
        "error.next",
        "palette.open",
        "app.quit",
        "agent.hand_over",
        "error.ignore",
        "find.open",
        "process.restart",
        "pane.zoom",
    ),
    Place.URLS: (
        "url.open",
        "item.copy",
        "url.check",
        "help.open",
        "palette.open",
        "app.quit",
        "find.open",
        "process.restart",
    ),
    Place.MCP: (
        "call.open",
        "find.open",
        "item.copy",
        "help.open",
        "palette.open",
        "app.quit",
    ),
}

_NAMES: Final = {" ": "space", "page up": "PgUp", "page down": "PgDn"}

_KEYS: Final[Mapping[Place, Mapping[str, str]]] = MappingProxyType(
    {
        place: MappingProxyType(
            {k: b.command for b in bindings_in(place) for k in b.keys}
        )
        for place in Place
    }
)
