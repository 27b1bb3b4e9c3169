"""Shows the screen over an instance of plain tables: ``python -m tests.support.show``.

The environment says what is on it: ``SHOW_PROCESSES`` is how many processes to
invent, ``SHOW_RATE`` how many lines a second they print together, and ``SHOW``
names some of the :data:`ODDITIES`.
"""

import contextlib
import logging
import os
import sys
import threading
import time
from concurrent.futures import Future

from brummer.config.settings import ScreenSettings
from brummer.core.precedence import Precedence
from brummer.errors import BrummerError
from brummer.model.health import ComponentHealth, HealthLevel
from brummer.model.process import ProcessStatus, Usage
from brummer.tui.frontend import Frontend
from tests.support.finding import add_commands, trace
from tests.support.instance import FakeInstance

NAMES = ("web", "api", "worker", "db:migrate", "storybook", "test:watch")
LINES = (
    "\x1b[32mINFO\x1b[0m  GET /api/orders \x1b[36m200\x1b[0m 48ms req={}",
    "\x1b[33mWARN\x1b[0m  slow query 812ms select * from orders where id = {}",
    "\x1b[31mERROR\x1b[0m TypeError: Cannot read properties of undefined ({})",
    "\x1b[90m[vite]\x1b[0m hmr update \x1b[1m/src/App.tsx\x1b[0m \u2713 {}",
)


def furnished(count: int) -> FakeInstance:
    """Return an instance with something in every table."""
    fake = FakeInstance()
    now = time.time()
    for name in (*NAMES, "build", "lint"):
        fake.add_script(name, f"vite {name} --port 5173", description="for every day")
    for name in ("dev", "build"):
        fake.add_script(f"shop:{name}", f"vite {name}", package="apps/shop")
    for number in range(count):
        name = NAMES[number % len(NAMES)] + (
            f"{number}" if number >= len(NAMES) else ""
        )
        process = fake.add_process(name, started=now - 761 - number, created=now)
        fake.measure(
            process.id,
            Usage(
                cpu=12.0 + number,
                memory=(64 + 31 * number) << 20,
                ports=(5173 + number,),
            ),
        )
        fake.print(process.id, *(LINES[n % 4].format(n) for n in range(50)), time=now)
    if count > 4:
        ids = list(fake.processes())
        fake.change(ids[3], status=ProcessStatus.SUCCESS, exit_code=0, ended=now - 700)
        fake.change(ids[4], status=ProcessStatus.FAILED, exit_code=1, ended=now - 70)
    return fake


def flood(fake: FakeInstance, rate: int) -> None:
    """Let the processes print *rate* lines a second, in 50 portions."""
    ids = list(fake.processes())
    pause = threading.Event()
    for number in range(sys.maxsize):
        process = ids[number % len(ids)]
        lines = [LINES[n % 4].format(number + n) for n in range(rate // 50 or 1)]
        fake.print(process, *lines, time=time.time())
        pause.wait(0.02)


def stubborn(fake: FakeInstance) -> None:
    """Let every process ignore its signal until it is killed."""
    ended: Future[object] = Future()

    def stop(**_: object) -> Future[object]:
        for process in fake.processes().values():
            if process.is_running:
                fake.change(
                    process.id,
                    status=ProcessStatus.STOPPING,
                    reason=f"ignores SIGTERM: node (pid {process.pid})",
                    deadline=time.time() + 8,
                )
        return ended

    def hurry(**_: object) -> dict[str, object]:
        answer = fake.stop_all()
        ended.set_result(answer)
        return answer

    fake.answers["app.quit"] = stop
    fake.answers["app.hurry"] = hurry


def leftover(fake: FakeInstance) -> None:
    """Let an earlier instance have left something running."""
    fake.answers["leftovers.list"] = [
        {"name": "web", "pid": 4711, "command": "vite --port 5173"},
        {"name": "api", "pid": 4712, "command": "node --watch server.js"},
    ]


def broken(fake: FakeInstance) -> None:
    """Let a plugin have failed."""
    fake.set_health(
        ComponentHealth(
            component="plugin bomb",
            level=HealthLevel.FAILED,
            error="ImportError: no module named 'hcl2'",
            count=1,
        )
    )


def noisy(fake: FakeInstance) -> None:
    """Let something complain on standard error whenever a command is run."""

    def complain(**_: object) -> dict[str, object]:
        logging.getLogger("noise").warning("a complaint")
        os.write(2, b"a raw complaint\n")
        return {}

    fake.answers["process.signal"] = complain


def crashing(fake: FakeInstance) -> None:
    """Let the screen's own loop crash, by a table that is not what it must be."""
    fake.answers["process.signal"] = lambda **_: setattr(fake, "versions", None)


def failing(fake: FakeInstance) -> None:
    """Let a process have said an error."""
    add_commands(fake)
    fake.report(trace(next(iter(fake.processes()))))


ODDITIES = {
    "failing": failing,
    "stubborn": stubborn,
    "leftover": leftover,
    "broken": broken,
    "noisy": noisy,
    "crashing": crashing,
}


def main() -> None:
    """Show an instance until the screen is left, and say how that was."""
    fake = furnished(int(os.environ.get("SHOW_PROCESSES", "6")))
    if rate := int(os.environ.get("SHOW_RATE", "0")):
        threading.Thread(target=flood, args=(fake, rate), daemon=True).start()
    for name in os.environ.get("SHOW", "").split():
        ODDITIES[name](fake)
    frontend = Frontend(
        fake,
        ScreenSettings(),
        precedence=Precedence(),
        remarks=os.environ.get("SHOW_REMARKS", "").splitlines(),
    )
    try:
        frontend.run()
    except BrummerError as error:
        sys.exit(str(error))
    ended = ["ended:", frontend.reason, frontend.signal, *(c.name for c in fake.calls)]
    # After a hang-up there is nowhere to say it.
    with contextlib.suppress(OSError):
        os.write(1, f"{' '.join(map(str, ended))}\n".encode())


if __name__ == "__main__":
    main()
