"""Windows, as far as it can be had elsewhere: without what only POSIX systems have.

There is nothing to run there yet.  But whoever imports the headless part, or
starts it, is told so in a sentence.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]

#: Imports everything but the screen twice: once for the sake of other people's
#: modules, which know their system, then without what Windows does not have.
BEGIN: Final = """
import importlib, os, pkgutil, select, signal, sys
import brummer

ELSEWHERE = ("brummer.tui", "brummer.__main__", "brummer.cli.doctor")
NAMES = [
    module.name
    for module in pkgutil.walk_packages(brummer.__path__, "brummer.")
    if not module.name.startswith(ELSEWHERE)
]

for name in NAMES:
    importlib.import_module(name)
for name in [name for name in sys.modules if name.split(".")[0] == "brummer"]:
    del sys.modules[name]
sys.platform = "win32"
for name in ("fcntl", "grp", "pty", "pwd", "resource", "termios", "tty"):
    sys.modules[name] = None
for module, names in (
    (os, "O_CLOEXEC O_NOCTTY O_NONBLOCK WNOHANG WNOWAIT fork geteuid getpgid getsid"
         " getuid killpg mkfifo openpty pidfd_open setsid ttyname uname waitid"),
    (select, "POLLIN POLLOUT epoll poll"),
    (signal, "SIGALRM SIGCHLD SIGCONT SIGHUP SIGKILL SIGQUIT SIGSTOP SIGTSTP SIGUSR1"
             " SIGWINCH SIG_BLOCK SIG_SETMASK pause pidfd_send_signal pthread_sigmask"),
):
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
"""


def run(program: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", BEGIN + program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_all_but_the_screen_can_be_imported() -> None:
    done = run("for name in NAMES: importlib.import_module(name)")

    assert done.stderr == ""
    assert done.returncode == 0


def test_a_start_says_where_it_would_succeed() -> None:
    done = run(
        "from brummer.cli.main import main\nsys.exit(main(['--no-tui', 'echo hello']))"
    )

    assert "WSL" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.returncode == 1
