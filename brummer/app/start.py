"""``brum``, once its command line is understood."""

import faulthandler
import logging
import logging.handlers
import os
import signal
import sys
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from brummer.app.application import Application
from brummer.app.filtering import filter_problems
from brummer.app.headless import ExitOn, Headless, say, say_goodbye
from brummer.app.project import Project
from brummer.app.running import Running
from brummer.app.signals import SIGNALLED
from brummer.config.load import Loaded, joined
from brummer.config.paths import places
from brummer.core.garbage import kept_for_good
from brummer.logs.printer import Printer
from brummer.logs.sink import Sink
from brummer.model.process import ProcessId
from brummer.plugin.discovery import Choice

logger = logging.getLogger(__name__)

#: Bytes of one file of our own log, and how many older ones are kept.
_LOG_SIZE: Final = 2 * 1024 * 1024
_LOG_FILES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line asks for, beside the settings."""

    folder: Path
    loaded: Loaded
    targets: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    exit_on: ExitOn = ExitOn.NEVER
    is_headless: bool = False
    is_ascii: bool = False
    is_debug: bool = False


def start(wish: Wish) -> int:
    """Run the program to its end and return the exit code.

    :raises ConfigError: if a setting is wrong in a way that only its user sees.
    """
    if problems := tuple(filter_problems(wish.loaded)):
        raise joined(problems)
    project = Project(
        folder=wish.folder,
        loaded=wish.loaded,
        places=places(os.environ),
        choice=Choice.of(
            os.environ, wish.loaded.settings.plugins.disabled, wish.plugins
        ),
        environment=dict(os.environ),
    )
    with ExitStack() as stack:
        stack.callback(logging.shutdown)
        _log_to_file(project, is_debug=wish.is_debug)
        run = _run_headless if wish.is_headless else _run_screen
        return run(wish, project)


def _run_headless(wish: Wish, project: Project) -> int:
    for notice in (*wish.loaded.notices, *project.places.notices):
        say(notice)
    names = Names()
    printer = Printer(
        Sink(sys.stdout.fileno(), project.environment),
        Sink(sys.stderr.fileno(), project.environment),
        name=names,
        failed=lambda error: say(f"cannot print any more: {error.strerror}"),
    )
    application = names.application = Application(project, show=printer.put, tell=say)
    # Closed first, whatever happens: what nobody prints must hold up no end.
    with Running(application, project) as running, closing(printer):
        running.open(wish.targets, wish.arguments, say)
        return Headless(application, printer, wish.exit_on, running.signals).run()


def _run_screen(wish: Wish, project: Project) -> int:
    # Only here: it is the largest import, and printing needs none of it.
    with kept_for_good():
        from brummer.tui.frontend import Frontend
        from brummer.tui.screen import check_terminal

    check_terminal(project.environment)
    settings = wish.loaded.settings.tui
    if wish.is_ascii:
        settings = replace(settings, unicode="off")
    application = Application(project)
    # Read when the screen comes up; it looks for leftovers by itself.
    remarks = [*wish.loaded.notices, *project.places.notices]
    frontend = Frontend(
        application.instance,
        settings,
        precedence=application.agents.precedence,
        remarks=remarks,
    )
    with Running(application, project) as running:
        # Until the screen hears signals itself; what came before ends it at once.
        running.signals.tell(lambda number: frontend.end(signal.Signals(number).name))
        running.open(wish.targets, wish.arguments, remarks.append)
        for remark in remarks:
            logger.warning("%s", remark)
        # Somebody else may ask for the end as well: brumctl quit.
        application.ended.add_done_callback(lambda _: frontend.end("quit"))
        if not running.signals.count:
            frontend.run()
        if frontend.signal is not None:
            return SIGNALLED + frontend.signal
        if running.signals.code is not None:
            say_goodbye(application.instance)
        return running.signals.code or 0


class Names:
    """Tells what to call a process in front of its lines."""

    #: Set before anything is printed.
    application: Application

    def __call__(self, process: ProcessId) -> str:
        """Return the script's name, or the id of a process that was forgotten."""
        state = self.application.instance.processes().get(process)
        return state.name if state else process


def _log_to_file(project: Project, *, is_debug: bool) -> None:
    """Send our own remarks to a file: the terminal belongs to the processes.

    A folder that cannot be written costs the remarks and nothing else.
    """
    root = logging.getLogger()
    root.setLevel(logging.DEBUG if is_debug else logging.INFO)
    logging.captureWarnings(capture=True)
    # Even a failing handler must not write to the screen.
    logging.raiseExceptions = False
    path = project.state / "brum.log"
    try:
        # Parents are made with the mode that everything has; these are ours as well.
        for folder in (project.state.parent.parent, project.state.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        project.state.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600)
        file = logging.handlers.RotatingFileHandler(
            path, maxBytes=_LOG_SIZE, backupCount=_LOG_FILES, encoding="utf-8"
        )
    except OSError:
        root.addHandler(logging.NullHandler())
        return
    form = "%(asctime)s %(process)d %(threadName)s %(levelname)s %(name)s: %(message)s"
    file.setFormatter(logging.Formatter(form))
    root.addHandler(file)
    if is_debug and hasattr(faulthandler, "register"):
        # The descriptor stays when the log is rotated, and so does the file that
        # has been renamed: no stack is lost, whichever it ends in.
        stream = path.open("a", encoding="utf-8")
        faulthandler.register(signal.SIGQUIT, file=stream, all_threads=True)
