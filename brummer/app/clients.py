"""Commands that enter Brummer in the files of MCP clients."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from brummer.app.project import Project
from brummer.model.command import Command, CommandThread, Parameter

_CLIENT = Parameter(name="client", description="name of an MCP client, as cursor")
_SCOPE = Parameter(
    name="scope", description="user or project", required=False, default="user"
)


@dataclass(frozen=True, slots=True)
class ClientCommands:
    """What ``brumctl mcp`` does, for the screen.

    Threads: any; files are read and written on a bus worker.
    """

    project: Project

    def table(self) -> Iterator[Command]:
        """Yield the commands."""
        yield Command(
            name="mcp.clients",
            title="list the MCP clients",
            run=self._list,
            thread=CommandThread.BUS,
        )
        yield Command(
            name="mcp.install",
            title="enter Brummer in an MCP client",
            run=self._install,
            parameters=(_CLIENT, _SCOPE),
            thread=CommandThread.BUS,
        )
        yield Command(
            name="mcp.remove",
            title="take Brummer out of an MCP client",
            run=self._remove,
            parameters=(_CLIENT, _SCOPE),
            thread=CommandThread.BUS,
        )

    # What knows the clients is imported when somebody asks for them: the first
    # frame comes without.

    def _list(self) -> object:
        from brummer.mcp.install import overview

        installer = overview.own_installer(*self._folders())
        return {"clients": [*map(overview.standing_row, overview.standings(installer))]}

    def _install(self, client: str, scope: str = "user") -> object:
        from brummer.mcp.install import overview

        installer = overview.own_installer(*self._folders())
        order = overview.order(client, scope)
        change = installer.install(order)
        remarks = installer.remarks(order, change)
        return overview.change_row(order, change, remarks)

    def _remove(self, client: str, scope: str = "user") -> object:
        from brummer.mcp.install import overview

        installer = overview.own_installer(*self._folders())
        order = overview.order(client, scope)
        return overview.change_row(order, installer.remove(order))

    def _folders(self) -> tuple[Path, Path]:
        return self.project.folder, self.project.places.state
