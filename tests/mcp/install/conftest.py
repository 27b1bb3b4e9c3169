"""A home with files of clients, and who enters Brummer in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from brummer.mcp.install.client import Client, Machine, Scope, System
from brummer.mcp.install.clients import CLIENTS
from brummer.mcp.install.entry import Hub, Target
from brummer.mcp.install.installer import Installer, Order
from brummer.mcp.install.journal import Journal

#: For tests with drawn files, which take time to be drawn: how much says more about
#: the machine than about them.
drawn = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])

SAMPLES = Path(__file__).parent / "samples"

#: Where the program is that is entered.
BRUM = "/opt/brummer/bin/brum"


def hub(scope: Scope) -> Target:
    command = BRUM if scope is Scope.USER else "brum"
    return Hub(command=(command, "--mcp"))


@dataclass
class Home:
    """A home directory and a project, with nothing in them."""

    home: Path
    project: Path
    programs: set[str] = field(default_factory=set)
    environment: dict[str, str] = field(default_factory=dict)
    system: System = System.LINUX

    @property
    def machine(self) -> Machine:
        return Machine(
            home=self.home,
            environment=self.environment,
            system=self.system,
            which=lambda name: f"/bin/{name}" if name in self.programs else None,
        )

    @property
    def journal(self) -> Journal:
        return Journal(self.home / "state" / "clients.json")

    @property
    def installer(self) -> Installer:
        return Installer(self.machine, self.project, self.journal, hub)

    @property
    def forgetful(self) -> Installer:
        """Who does not know what was added."""
        return Installer(self.machine, self.project, Journal(self.home / "no"), hub)

    def place(self, client: Client, scope: Scope = Scope.USER) -> Path:
        """Return the file of *client*, whose folder is there."""
        found = client.file(scope, self.machine, self.project)
        assert found is not None
        found.parent.mkdir(parents=True, exist_ok=True)
        return found

    def put(self, name: str, content: bytes, scope: Scope = Scope.USER) -> Path:
        """Return the file of a client, with *content* in it."""
        file = self.place(CLIENTS[name], scope)
        file.write_bytes(content)
        return file

    def files(self) -> set[str]:
        """Return what there is, but for what is ours."""
        found = {str(p.relative_to(self.home.parent)) for p in self._all()}
        return {name for name in found if not name.startswith("home/state")}

    def _all(self) -> Iterator[Path]:
        for folder in (self.home, self.project):
            yield from (p for p in folder.rglob("*") if not p.is_dir())


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return a home with no client in it."""
    made = Home(home=tmp_path / "home", project=tmp_path / "project")
    made.home.mkdir()
    made.project.mkdir()
    return made


def order(name: str, scope: Scope = Scope.USER) -> Order:
    return Order(client=CLIENTS[name], scope=scope)
