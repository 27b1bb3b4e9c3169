"""What is entered for Brummer: how it is started, or where it answers."""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from brummer.config.paths import SHARED, USERS
from brummer.errors import BrummerError
from brummer.mcp.install.client import Client, Scope, Web
from brummer.mcp.install.edit import KeyPath, value_at
from brummer.model.script import NOTHING

#: Which variable of the client's environment has the token.  It must not begin with
#: ``BRUM_``: such a one would be taken for a setting.
VARIABLE: Final = "BRUMMER_TOKEN"

#: What makes a hub of a ``brum``.
_HUB: Final = "--mcp"

#: Which variables lead to where instances are, with the folder in runtime first.
_VARIABLES: Final = ("XDG_RUNTIME_DIR", "XDG_STATE_HOME")

#: What stands for the name of the variable in a client's table.
_NAME: Final = "NAME"

#: Folders of which others say what is kept: caches as systems have them, and what uv
#: calls the ones in its own, wherever that is.
_CACHE: Final = re.compile(r"\.cache|Caches|(archive|builds|environments)-v\d+")

#: Where no variable has to say that files are temporary.
_TEMPORARY: Final = (SHARED, Path(os.sep, "var", "tmp"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """Brummer as a program that the client starts: it finds every instance.

    *environment* has what it needs of ours to look where instances are.
    """

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Brummer as an address: of one instance, for as long as that has the port."""

    url: str
    variable: str = VARIABLE


#: What an entry leads to.
Target = Hub | Endpoint


def own_command(scripts: Path | None = None) -> tuple[str, ...]:
    """Return the words that start this very ``brum`` from anywhere.

    That is an absolute path: a client with windows has not the PATH of a shell.  The
    one on our PATH comes first if it is the same program, as pipx and uv lead a link
    there that outlives updates.  *scripts* is where our own is, if not beside Python.
    """
    folder = scripts or Path(sys.executable).parent
    ours, found = folder / "brum", shutil.which("brum")
    if found and os.path.realpath(found) == os.path.realpath(ours):
        return (str(Path(found).absolute()),)
    if ours.is_file():
        return (str(ours),)
    # The client may start it in a project, none of whose files it is to import.
    return (sys.executable, "-P", "-m", "brummer")


def is_fleeting(program: str) -> bool:
    """Whether a *program* is where it may be gone soon: in a cache, or a temporary one.

    uvx and pipx run put it there, for as long as nobody clears that away.
    """
    named = (*_TEMPORARY, Path(tempfile.gettempdir()))
    folders = {*named, *(Path(os.path.realpath(folder)) for folder in named)}
    return any(
        any(map(_CACHE.fullmatch, path.parts)) or any(map(path.is_relative_to, folders))
        for path in (Path(program), Path(os.path.realpath(program)))
    )


def hub(
    scope: Scope, command: tuple[str, ...], environment: Mapping[str, str] = NOTHING
) -> Hub:
    """Return the hub for a *scope*; *environment* is ours.

    Files of a project are shared by those who work on it, whose ``brum`` may be
    elsewhere: there, it is found on the PATH.
    """
    if scope is Scope.PROJECT:
        return Hub(command=("brum", _HUB))
    return Hub(command=(*command, _HUB), environment=_needed(environment))


def _needed(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables without which instances would be looked for elsewhere.

    Most clients hand on no more than HOME, PATH and the like.  With those, the usual
    folders are found; these variables are only needed if they name other ones.
    """
    home = environment.get("HOME", "")
    folders = (USERS / str(os.geteuid()), Path(home, ".local", "state"))
    usual = dict(zip(_VARIABLES, map(str, folders), strict=True))
    return {
        name: environment[name]
        for name, folder in usual.items()
        if environment.get(name, folder) not in {"", folder}
    }


def leaves(client: Client, name: str, target: Target) -> dict[KeyPath, object]:
    """Return what an entry has to say, and with ``None`` what it must not.

    :raises BrummerError: if the client cannot be told to use *target*.
    """
    ours = dict.fromkeys(_ours(client))
    entry: dict[KeyPath, object] = {}
    if client.naming:
        entry[client.naming,] = name
    if isinstance(target, Endpoint):
        return {**ours, **entry, **_of_endpoint(client, target)}
    return {**ours, **entry, **_of_hub(client, target)}


def initial(client: Client) -> dict[KeyPath, object]:
    """Return what a new entry says as well, and the user may change."""
    return {(key,): value for key, value in client.initial.items()}


def _ours(client: Client) -> tuple[KeyPath, ...]:
    """Return the keys of an entry that are ours, whatever it leads to."""
    keys = [*client.fixed, client.command, client.arguments]
    paths: list[KeyPath] = [(key,) for key in keys if key]
    paths += [(client.variables, name) for name in _VARIABLES]
    if client.web is not None:
        web = client.web
        keys = [*web.fixed, web.address, web.listed]
        paths += [(key,) for key in keys if key]
        paths.append(web.header)
    return tuple(paths)


def _of_hub(client: Client, target: Hub) -> dict[KeyPath, object]:
    first, *rest = target.command
    fixed: dict[KeyPath, object] = {(k,): v for k, v in client.fixed.items()}
    for name, value in target.environment.items():
        fixed[client.variables, name] = value
    if client.arguments:
        return {**fixed, (client.command,): first, (client.arguments,): rest}
    return {**fixed, (client.command,): [first, *rest]}


def _of_endpoint(client: Client, target: Endpoint) -> dict[KeyPath, object]:
    web = _web(client)
    fixed: dict[KeyPath, object] = {(k,): v for k, v in web.fixed.items()}
    bearer = web.bearer.replace(_NAME, target.variable)
    listed: dict[KeyPath, object] = (
        {(web.listed,): [target.variable]} if web.listed else {}
    )
    return {**fixed, (web.address,): target.url, web.header: bearer, **listed}


def _web(client: Client) -> Web:
    if client.web is None:
        raise BrummerError(
            f"{client.title} reaches no server by an address: install it without --http"
        )
    if not client.web.bearer:
        raise BrummerError(
            f"{client.title} cannot take the token from a variable, and in its file"
            " it would be for all to read: install it without --http"
        )
    return client.web


def leads_to(client: Client, found: object) -> str:
    """Return the address in an entry, empty if it has none.

    Files of a project are by anybody: what is no line of text is no address either,
    and could pass for more lines of ours.
    """
    address = value_at(found, (client.web.address,)) if client.web else None
    return address if isinstance(address, str) and address.isprintable() else ""


def is_current(found: object, wanted: Mapping[KeyPath, object]) -> bool:
    """Whether an entry says all that it should."""
    return all(value_at(found, path) == value for path, value in wanted.items())
