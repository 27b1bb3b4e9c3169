"""The commands of an instance that a test fills by hand."""

from collections.abc import Callable
from typing import Any

from brummer.model.command import Command, Parameter


def commands(fake: Any) -> dict[str, Command]:
    """Return the commands that every instance has, acting on *fake*."""
    process = Parameter(name="process", description="id or name")
    script = Parameter(name="script", description="name")
    words = Parameter(
        name="arguments", description="words", kind=list, required=False, default=()
    )
    line = Parameter(name="command", description="shell line")
    name = Parameter(name="name", description="name", required=False, default="")
    text = Parameter(name="text", description="what to type")
    hidden = Parameter(
        name="hidden", description="unseen", kind=bool, required=False, default=False
    )
    signal = Parameter(name="signal", description="name or number")
    columns = Parameter(name="columns", description="width", kind=int)
    rows = Parameter(name="rows", description="height", kind=int)
    table: list[tuple[str, str, Callable[..., object], tuple[Parameter, ...]]] = [
        ("script.start", "start a script", fake.start, (script, words)),
        ("script.ensure", "start unless it runs", fake.ensure, (script, words)),
        ("script.detect", "read the scripts again", dict, ()),
        ("filters.list", "list the saved filters", lambda: {"quiet": "-bar"}, ()),
        ("command.start", "run a shell line", fake.start_command, (line, name)),
        ("process.stop", "stop a process", fake.stop, (process,)),
        ("process.kill", "kill a process", fake.stop, (process,)),
        ("process.restart", "restart a process", fake.restart, (process,)),
        ("process.signal", "send a signal", lambda **_: {}, (process, signal)),
        ("process.input", "type into a process", fake.write, (process, text, hidden)),
        ("process.resize", "resize", lambda **_: {}, (process, columns, rows)),
        ("process.stop_all", "stop all processes", fake.stop_all, ()),
        ("process.restart_all", "restart all processes", dict, ()),
        ("logs.search", "search the log", dict, ()),
        ("app.quit", "stop everything and quit", fake.stop_all, ()),
        ("app.hurry", "end the grace period", fake.stop_all, ()),
        ("leftovers.list", "what a dead instance left", list, ()),
        ("leftovers.end", "end leftovers", dict, ()),
        ("plugins.list", "plugins", list, ()),
        ("health.list", "health", list, ()),
        ("metrics.read", "metrics", dict, ()),
    ]
    return {
        name: Command(name=name, title=title, run=run, parameters=parameters)
        for name, title, run, parameters in table
    }
