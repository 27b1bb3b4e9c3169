"""The other programs that run processes side by side, and how each is told to.

What is missing is installed into a folder for the benchmark, if the registries
of Python and of Node can be reached; what then still is missing is not here.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

#: Names a folder in which installed peers stay from one run to the next.
KEEP: Final = "BRUMMER_BENCH_PEERS"

#: Seconds that installing may take.
_PATIENCE: Final = 300

Commands = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a program is made to run some commands.

    *prefix* is a regular expression of what it puts before a line.  *files* is
    where the output lands, as a pattern in the project's folder; with ``None`` it
    is what the program prints.  *ends* is what lines end with there.
    """

    words: Sequence[str]
    texts: Mapping[str, str] = field(default_factory=dict)
    prefix: bytes = rb""
    files: str | None = None
    ends: bytes = b"\n"
    needs_terminal: bool = False


@dataclass(frozen=True, slots=True)
class Peer:
    """Another program: its command, who installs which package, how it is told.

    Nobody installs one without an *installer*.
    """

    name: str
    installer: str
    package: str
    way: Callable[[Commands], Way]


def _honcho(commands: Commands) -> Way:
    procfile = "".join(f"{name}: {command}\n" for name, command in commands.items())
    return Way(
        words=["start", "-f", "Procfile.peer"],
        texts={"Procfile.peer": procfile},
        prefix=rb"\d\d:\d\d:\d\d \w+\.1 +\| ",
    )


def _concurrently(commands: Commands) -> Way:
    return Way(
        words=["-n", ",".join(commands), *commands.values()], prefix=rb"\[\w+\] "
    )


def _mprocs(commands: Commands) -> Way:
    lines = ["proc_log: {dir: output}", "procs:"]
    lines += [f"  {name}: {{shell: '{text}'}}" for name, text in commands.items()]
    return Way(
        words=["--config", "mprocs.yaml"],
        texts={"mprocs.yaml": "\n".join(lines) + "\n", "output/.keep": ""},
        files="output/*.log",
        ends=b"\r\n",
        needs_terminal=True,
    )


def _supervisord(commands: Commands) -> Way:
    head = "[supervisord]\nlogfile = supervisord.log\npidfile = supervisord.pid\n"
    programs = [
        f"[program:{name}]\ncommand = {command}\nautorestart = false\n"
        "startsecs = 0\nredirect_stderr = true\n"
        f"stdout_logfile = output/{name}.log\nstdout_logfile_maxbytes = 0\n"
        for name, command in commands.items()
    ]
    return Way(
        words=["-n", "-c", "supervisord.conf"],
        texts={"supervisord.conf": "\n".join([head, *programs]), "output/.keep": ""},
        files="output/*.log",
    )


def _circus(commands: Commands) -> Way:
    head = "[circus]\nendpoint = ipc://control\npubsub_endpoint = ipc://events\n"
    watchers = [
        f"[watcher:{name}]\ncmd = {command}\nsingleton = true\nrespawn = false\n"
        "copy_env = true\nstdout_stream.class = FileStream\n"
        f"stdout_stream.filename = output/{name}.log\n"
        for name, command in commands.items()
    ]
    return Way(
        words=["circus.ini"],
        texts={"circus.ini": "\n".join([head, *watchers]), "output/.keep": ""},
        files="output/*.log",
    )


def _pm2(commands: Commands) -> Way:
    apps = [
        {
            "name": name,
            "script": command,
            "interpreter": "none",
            "autorestart": False,
            "out_file": f"output/{name}.log",
            "error_file": os.devnull,
        }
        for name, command in commands.items()
    ]
    text = f"module.exports = {json.dumps({'apps': apps})}\n"
    return Way(
        words=["start", "pm2.config.js"],
        texts={"pm2.config.js": text, "output/.keep": ""},
        files="output/p?.log",
    )


def _process_compose(commands: Commands) -> Way:
    processes = {
        name: {
            "command": command,
            "log_location": f"output/{name}.log",
            "log_configuration": {
                "disable_json": True,
                "no_color": True,
                "no_metadata": True,
            },
        }
        for name, command in commands.items()
    }
    text = json.dumps({"version": "0.5", "processes": processes})
    return Way(
        words=["-t=false", "-f", "compose.json", "up"],
        texts={"compose.json": text, "output/.keep": ""},
        files="output/*.log",
    )


_MPROCS: Final = Peer("mprocs", "npm", "mprocs", _mprocs)
_SUPERVISORD: Final = Peer("supervisord", "pip", "supervisor", _supervisord)

PEERS: Final = (
    Peer("honcho", "pip", "honcho", _honcho),
    Peer("concurrently", "npm", "concurrently", _concurrently),
    _MPROCS,
    _SUPERVISORD,
)

#: Those that keep what is printed in files.
KEEPERS: Final = (
    _MPROCS,
    _SUPERVISORD,
    Peer("circusd", "pip", "circus", _circus),
    # Its other command leaves a daemon behind, even if it is asked for its version.
    Peer("pm2-runtime", "npm", "pm2", _pm2),
    Peer("process-compose", "", "", _process_compose),
)


@contextmanager
def home() -> Iterator[Path]:
    """Yield the folder to install peers in; it goes unless somebody keeps it."""
    if kept := os.environ.get(KEEP):
        Path(kept).mkdir(parents=True, exist_ok=True)
        yield Path(kept)
    else:
        with tempfile.TemporaryDirectory(prefix="brum-peers") as folder:
            yield Path(folder)


def found(peer: Peer, folder: Path) -> Path | None:
    """Return the command of *peer*, installed in *folder* if it was nowhere."""
    if command := _look(peer, folder):
        return command
    if not peer.installer:
        return None
    install = _pip if peer.installer == "pip" else _npm
    try:
        install(peer.package, folder)
    except (OSError, subprocess.SubprocessError):
        return None
    return _look(peer, folder)


def version(command: Path) -> str:
    """Return what a command says of its version: the last word of its first line."""
    done = subprocess.run(
        [command, "--version"], capture_output=True, text=True, timeout=30, check=False
    )
    words = (done.stdout or done.stderr).split()
    return words[-1] if words else "unknown"


def _look(peer: Peer, folder: Path) -> Path | None:
    places = [folder / "venv/bin", folder / "node_modules/.bin"]
    here = [Path(sys.executable).parent, *places]
    path = os.pathsep.join([*map(str, here), os.environ.get("PATH", os.defpath)])
    command = shutil.which(peer.name, path=path)
    return Path(command) if command else None


def _pip(package: str, folder: Path) -> None:
    python = folder / "venv/bin/python"
    if not python.exists():
        _run(sys.executable, "-m", "venv", str(folder / "venv"))
    _run(str(python), "-m", "pip", "install", "-q", package)


def _npm(package: str, folder: Path) -> None:
    _run("npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), package)


def _run(*command: str) -> None:
    subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=True)
