"""``brumctl doctor``: the set-up, explained, with what is wrong with it."""

import os
import platform
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

import brummer
from brummer.app.filtering import filter_problems
from brummer.app.plugins import plugin_host
from brummer.cli.remote import Remote
from brummer.config.load import survey
from brummer.config.paths import places
from brummer.core.amount import memory
from brummer.logs.history import place
from brummer.logs.history.run import size
from brummer.plugin.report import PluginState
from brummer.tui.screen import terminal_environment
from brummer.tui.theme import speaks_utf8


class Verdict(StrEnum):
    """How good a finding of the doctor is."""

    FINE = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of the doctor's: what was looked at, and what it is like."""

    topic: str
    verdict: Verdict
    text: str


#: Descriptors below which a few dozen processes do not fit: each has up to four.
_FEW_FILES: Final = 1024


def doctor(remote: Remote) -> int:
    """Explain the set-up; exit 1 if something is wrong."""
    remarks = [remark for look in _LOOKS for remark in look(remote)]
    remote.show(
        [asdict(remark) for remark in remarks],
        lambda: "\n".join(
            f"{remark.verdict:<6} {remark.topic + ':':<12} {line}"
            for remark in remarks
            for line in remark.text.splitlines()
        ),
    )
    return 1 if any(remark.verdict is Verdict.WRONG for remark in remarks) else 0


def _program(_: Remote) -> Iterator[Remark]:
    text = (
        f"{brummer.__version__} on Python {platform.python_version()}"
        f" ({sys.executable}), {platform.platform()}"
    )
    yield Remark("brummer", Verdict.FINE, text)


def _configuration(remote: Remote) -> Iterator[Remark]:
    loaded = survey(remote.folder, environment=os.environ)
    for file in loaded.files:
        yield Remark("settings", Verdict.FINE, f"{file.path}: {file.state}")
    for notice in loaded.notices:
        yield Remark("settings", Verdict.NOTE, notice)
    for problem in (*loaded.problems, *filter_problems(loaded)):
        yield Remark("settings", Verdict.WRONG, str(problem))


def _places(remote: Remote) -> Iterator[Remark]:
    found = places(os.environ)
    yield Remark("folders", Verdict.FINE, f"instances and sockets in {found.instances}")
    yield Remark("folders", Verdict.FINE, f"state in {found.state}")
    history = found.project(remote.folder) / place.HISTORY
    text = f"history of this project in {history}, {memory(size(history))}"
    yield Remark("folders", Verdict.FINE, text)
    for notice in found.notices:
        yield Remark("folders", Verdict.WRONG, notice)


def _instances(remote: Remote) -> Iterator[Remark]:
    living = remote.directory.living(remote.folder)
    for record in living:
        text = f"{record.id} (pid {record.pid}) runs here"
        agents = f"port {record.port}" if record.port else "not at all"
        yield Remark("instance", Verdict.FINE, f"{text}; agents are served: {agents}")
    if not living:
        yield Remark("instance", Verdict.NOTE, "none runs here; brum starts one")
    if not hasattr(socket, "AF_UNIX"):
        yield Remark("instance", Verdict.WRONG, "no Unix sockets: brumctl cannot reach")


def _plugins(remote: Remote) -> Iterator[Remark]:
    host = plugin_host(remote.folder, os.environ)
    for line in host.report_headers():
        yield Remark("programs", Verdict.FINE, line)
    for report in host.report():
        if report.state is PluginState.BROKEN:
            text = f"{report.name} {report.error}"
            yield Remark("plugins", Verdict.WRONG, text)
        else:
            off = f" ({report.error})" if report.error else ""
            text = f"{report.name} {report.version} is {report.state}{off}"
            yield Remark("plugins", Verdict.FINE, text)


def _terminal(_: Remote) -> Iterator[Remark]:
    term = os.environ.get("TERM", "")
    if not sys.stdout.isatty():
        yield Remark("terminal", Verdict.NOTE, "not looked at: output goes elsewhere")
    elif term in {"", "dumb"}:
        text = f"TERM={term or 'unset'} cannot show the screen; use brum --no-tui"
        yield Remark("terminal", Verdict.WRONG, text)
    else:
        size = shutil.get_terminal_size()
        text = f"TERM={term}, {size.columns}x{size.lines}"
        yield Remark("terminal", Verdict.FINE, text)
    shown = (
        "UTF-8"
        if speaks_utf8(terminal_environment())
        else "ASCII (see LC_ALL, LC_CTYPE, LANG)"
    )
    yield Remark("terminal", Verdict.FINE, f"characters: {shown}")


def _limits(_: Remote) -> Iterator[Remark]:
    try:
        import resource
    except ImportError:
        return
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    verdict = Verdict.NOTE if 0 < soft < _FEW_FILES else Verdict.FINE
    yield Remark("limits", verdict, f"{soft} open files (ulimit -n)")


_LOOKS: Final[tuple[Callable[[Remote], Iterator[Remark]], ...]] = (
    _program,
    _configuration,
    _places,
    _instances,
    _plugins,
    _terminal,
    _limits,
)
