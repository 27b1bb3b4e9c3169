"""A project folder and a user's home, apart from everybody else's."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from tests.support.wait import wait_until

#: The variable that marks every descendant of a process.
MARKER = "BRUMMER_ID"

BRUM = (sys.executable, "-m", "brummer")
BRUMCTL = (
    sys.executable,
    "-c",
    "import sys; from brummer.cli.ctl import main; sys.exit(main())",
)


class Site:
    """Where one test runs ``brum``.

    The runtime directory is a short path of its own: sockets need one.
    """

    def __init__(self, folder: Path, runtime: Path) -> None:
        self.folder = folder
        self.home = folder.parent / "home"
        self.home.mkdir(exist_ok=True)
        self.runtime = runtime
        keep = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "PYENV_VERSION")
        self.environment = {
            **{name: os.environ[name] for name in keep if name in os.environ},
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_STATE_HOME": str(self.home / "state"),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "TERM": "xterm-256color",
            # Any that is free: what else runs here must make no difference.
            "BRUM_MCP_PORT": "0",
            "PYTHONWARNINGS": "error::ResourceWarning",
        }

    def write(self, name: str, text: str) -> Path:
        """Write a file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def scripts(self, **scripts: str) -> None:
        """Write a ``package.json`` with these scripts."""
        named = {name.replace("_", "-"): text for name, text in scripts.items()}
        self.write("package.json", json.dumps({"name": "shop", "scripts": named}))

    @contextmanager
    def brum(self, *words: str, **extra: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Run ``brum`` with its output in pipes, and end it in any case."""
        process = subprocess.Popen(
            [*BRUM, *words],
            cwd=self.folder,
            env={**self.environment, **extra},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # communicate() knows nothing of what a buffer has read ahead.
            bufsize=0,
            start_new_session=True,
        )
        try:
            with process:
                try:
                    yield process
                finally:
                    # Before the end of the block, which waits for it.
                    end(process)
        finally:
            end(process)
            self.sweep()

    def run(self, *words: str, **extra: str) -> "subprocess.CompletedProcess[str]":
        """Run ``brum`` to its end."""
        return self._run(BRUM, words, extra)

    def ctl(self, *words: str, **extra: str) -> "subprocess.CompletedProcess[str]":
        """Run ``brumctl`` to its end."""
        return self._run(BRUMCTL, words, extra)

    def ask(self, *words: str) -> Any:
        """Return what ``brumctl`` answers as JSON."""
        return json.loads(self.ctl(*words, "--json").stdout)

    def _run(
        self, program: tuple[str, ...], words: tuple[str, ...], extra: Mapping[str, str]
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*program, *words],
            cwd=self.folder,
            env={**self.environment, **extra},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def wait_for_instance(self) -> None:
        """Return when an instance answers in the folder."""
        # Looking for its file takes less from who is about to start.
        wait_until(lambda: [*self.records()], limit=20)
        wait_until(lambda: self.ctl("status", "--json").stdout, limit=20)

    def records(self) -> Iterator[Path]:
        """Yield the files of the instances there are."""
        runtime = Path(self.environment["XDG_RUNTIME_DIR"])
        return runtime.glob("brummer/instances/*.json")

    def server(self) -> tuple[int, str]:
        """Return port and token of the server for agents of the only instance."""
        (record,) = (json.loads(path.read_text()) for path in self.records())
        return record["port"], record["token"]

    def marked(self) -> list[psutil.Process]:
        """Return the living processes that an instance of this home started."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                variables = process.environ()
                if (
                    MARKER in variables
                    and variables.get("XDG_RUNTIME_DIR") == str(self.runtime)
                    and process.status() != psutil.STATUS_ZOMBIE
                ):
                    found.append(process)
        return found

    def sweep(self) -> None:
        """Kill whatever a failing test left."""
        for process in self.marked():
            with suppress(psutil.Error):
                process.kill()


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill *process* if it still runs."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        process.wait(10)


@contextmanager
def new_site(folder: Path) -> Iterator[Site]:
    """Make a site in *folder*, a test's own."""
    project = folder / "shop"
    project.mkdir()
    with tempfile.TemporaryDirectory(prefix="br") as runtime:
        yield Site(project, Path(runtime))
