"""A project of a user who has nothing else, and applications that work in it."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from brummer.app.application import Application
from brummer.app.project import Project
from brummer.config.load import load
from brummer.config.paths import Places
from brummer.plugin.discovery import Choice

#: Any port, and as much memory as the tests before have taken in this process.
DEFAULTS = ("mcp_port=0", "resources.memory_limit_mb=100000")


class Bench:
    """Makes applications and ends them."""

    def __init__(self, folder: Path, runtime: Path) -> None:
        self.folder = folder
        self.runtime = runtime
        self._open: list[Application] = []

    def project(self, *options: str, plugins: tuple[str, ...] = ()) -> Project:
        """Return the project with these options of ``-o``."""
        places = Places(
            instances=self.runtime / "instances",
            sockets=self.runtime,
            state=self.runtime / "state",
        )
        return Project(
            folder=self.folder,
            loaded=load(self.folder, environment={}, options=(*DEFAULTS, *options)),
            places=places,
            choice=Choice.of({}, options=plugins),
            environment=variables(),
        )

    def application(self, *options: str, plugins: tuple[str, ...] = ()) -> Application:
        """Return an application that runs."""
        application = Application(self.project(*options, plugins=plugins))
        self.adopt(application)
        return application

    def adopt(self, application: Application) -> None:
        """Open *application*, and end it with the others."""
        self._open.append(application)
        application.open()
        application.detect().result(20)

    def close(self) -> None:
        """End every application, once."""
        ending, self._open = self._open, []
        for application in ending:
            application.quit().result(20)
            application.finish().result(20)
            assert application.close()


def variables() -> Mapping[str, str]:
    """Return an environment without what tests should not depend on."""
    return {"PATH": os.environ["PATH"], "HOME": "/nowhere"}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    folder = tmp_path / "shop"
    folder.mkdir()
    runtime = Path(tempfile.mkdtemp(prefix="br"))
    bench = Bench(folder, runtime)
    yield bench
    bench.close()
    shutil.rmtree(runtime)
