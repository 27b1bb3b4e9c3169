"""``brumctl`` commands that do something: start, stop, restart, input, ..."""

import io
import sys

from brummer.cli.remote import Remote, Row, is_finished, say_aside
from brummer.cli.table import table
from brummer.errors import BrummerError, UsageError
from brummer.process.system import Relative
from brummer.process.wording import members


def start(remote: Remote) -> int:
    """Start a script by name, or a shell command."""
    script, arguments = remote.options.script, remote.options.arguments
    if any(character.isspace() for character in script):
        if arguments:
            raise UsageError("a shell command takes its arguments inside the quotes")
        answer = remote.run("command.start", command=script)
    else:
        answer = remote.run("script.start", script=script, arguments=arguments)
    remote.show(answer, lambda: f"started {answer['process']}")
    return 0


def stop(remote: Remote) -> int:
    """Stop processes and wait until they have ended."""
    return _each(remote, "process.stop")


def restart(remote: Remote) -> int:
    """Stop processes and start them again."""
    return _each(remote, "process.restart")


def kill(remote: Remote) -> int:
    """End processes at once."""
    return _each(remote, "process.kill")


def _each(remote: Remote, command: str) -> int:
    names = remote.options.process
    if bool(names) == remote.options.all:
        raise UsageError("name processes, or say --all")
    if remote.options.all:
        rows = remote.rows("processes")
        names = [row["id"] for row in rows if not is_finished(row)]
    # Each once, because a second stop ends the grace; and all at the same time, so
    # that one that is slow to end does not cost the others theirs.
    names = list(dict.fromkeys(_id(remote, name) for name in names))
    answers = remote.client.run_each(command, [{"process": name} for name in names])
    errors = [answer for answer in answers if isinstance(answer, BrummerError)]
    rows = [answer for answer in answers if isinstance(answer, dict)]
    refused = [{"error": str(error)} for error in errors]
    for error in errors:
        say_aside(str(error))
    said = "" if answers else "nothing runs"
    remote.show([*rows, *refused], lambda: "\n".join(map(_sentence, rows)) or said)
    return max((error.exit_code for error in errors), default=0)


def _id(remote: Remote, name: str) -> str:
    """Return the id of the process *name*, or *name* for the instance to refuse."""
    try:
        return str(remote.find(name)["id"])
    except BrummerError:
        return name


def _sentence(answer: Row) -> str:
    code = answer.get("exit_code")
    ending = f" with {code}" if code is not None else ""
    return f"{answer['process']}: {answer.get('status', 'started')}{ending}"


def signal(remote: Remote) -> int:
    """Send a signal to a process and its children."""
    options = remote.options
    answer = remote.run(
        "process.signal", process=options.process, signal=options.signal
    )
    remote.show(answer, str)
    return 0


def type_into(remote: Remote) -> int:
    """Type a line, or all of standard input, into a process."""
    options = remote.options
    text = _all_of_stdin() if options.text == "-" else options.text
    if not options.no_newline and not text.endswith("\n"):
        text += "\n"
    answer = remote.run(
        "process.input", process=options.process, text=text, hidden=options.hidden
    )
    remote.show(answer, str)
    return 0


def _all_of_stdin() -> str:
    """Return standard input; bytes that are not UTF-8 go through as they are."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
    return sys.stdin.read()


def quit_(remote: Remote) -> int:
    """Stop all processes and end the instance."""
    answer = remote.run("app.quit")
    remote.show(answer, lambda: f"{remote.record.id} ended")
    return 0


def leftovers(remote: Remote) -> int:
    """List, or end, what an instance that died left running."""
    command = "leftovers.end" if remote.options.end else "leftovers.list"
    answer = remote.run(command)
    rows, survivors = answer["leftovers"], answer.get("survivors", ())
    said = "left by a dead instance"
    if remote.options.end:
        said = "not all of it ended" if survivors else "ended"
    remote.show(
        rows,
        lambda: (
            table(
                ("PID", "PROCESS", "COMMAND", ""),
                [(row["pid"], row["process"], row["command"], said) for row in rows],
            )
            if rows
            else "nothing was left running"
        ),
    )
    if survivors:
        raise BrummerError(
            f"{members([Relative(*one) for one in survivors])} could not be ended:"
            " it hangs, or forks as fast as it is killed; try again"
        )
    return 0
