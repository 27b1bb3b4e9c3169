"""Adding and removing plugins with the tool that owns this installation.

Plugins live in the environment that Brummer runs from, and several tools make
such environments.  Going past the one that did leaves plugins that its next
upgrade throws away, so this module finds the tool and makes its command line.
"""

import importlib.util
import re
import shlex
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from brummer.errors import BrummerError, UsageError
from brummer.plugin.discovery import OWN
from brummer.plugin.report import PluginReport

#: A plugin or distribution name, and nothing that a tool takes for an option.
_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")

Line = tuple[str, ...]


class Owner(StrEnum):
    """What made, and will upgrade, the environment that Brummer runs from."""

    UV_TOOL = "uv tool"
    PIPX = "pipx"
    UV = "uv"
    PIP = "pip"
    SYSTEM = "the operating system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """The environment that Brummer runs from.

    *python* is its interpreter, *name* what pipx calls it.  *requirements* are
    what ``uv tool`` was asked for, Brummer first, and *wish* the Python that it
    was to use: it forgets what the next line does not repeat.
    """

    owner: Owner
    python: str
    name: str = OWN
    requirements: tuple[str, ...] = (OWN,)
    wish: str = ""


def present() -> Installation:
    """Return the installation that is running."""
    externally = Path(sysconfig.get_path("stdlib")) / "EXTERNALLY-MANAGED"
    return examine(
        Path(sys.prefix),
        sys.executable,
        is_system=sys.prefix == sys.base_prefix and externally.exists(),
        has_pip=importlib.util.find_spec("pip") is not None,
    )


def examine(
    prefix: Path, python: str, *, is_system: bool, has_pip: bool
) -> Installation:
    """Return who owns the environment at *prefix*, by what it left there."""
    receipt = prefix / "uv-receipt.toml"
    if receipt.is_file():
        table = tomllib.loads(receipt.read_text("utf-8")).get("tool", {})
        return Installation(
            owner=Owner.UV_TOOL,
            python=python,
            requirements=_requirements(table.get("requirements", [])),
            wish=str(table.get("python", "")),
        )
    if (prefix / "pipx_metadata.json").is_file():
        return Installation(owner=Owner.PIPX, python=python, name=prefix.name)
    if is_system:
        return Installation(owner=Owner.SYSTEM, python=python)
    # uv makes environments without pip, and installs into them from outside.
    return Installation(owner=Owner.PIP if has_pip else Owner.UV, python=python)


def _requirements(entries: Iterable[Mapping[str, object]]) -> tuple[str, ...]:
    """Return the requirements that uv's receipt lists, Brummer first."""
    found = [requirement(entry) for entry in entries]
    own = [text for text in found if _base(text) == OWN] or [OWN]
    return (own[0], *(text for text in found if text not in own))


def requirement(entry: Mapping[str, object]) -> str:
    """Return one entry of uv's receipt as the requirement that it was made from."""
    name = str(entry.get("name", ""))
    extras = entry.get("extras")
    if isinstance(extras, list) and extras:
        name += f"[{','.join(map(str, extras))}]"
    for kind, prefix in (("git", "git+"), ("url", "")):
        if kind in entry:
            return f"{name} @ {prefix}{entry[kind]}"
    for kind in ("directory", "path", "editable"):
        if kind in entry:
            return f"{name} @ {Path(str(entry[kind])).absolute().as_uri()}"
    return f"{name}{entry.get('specifier', '')}"


def _base(text: str) -> str:
    """Return the normalised name of the distribution that *text* requires."""
    name = re.split(r"[\s\[<>=!~;@]", text.strip(), maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def distribution(name: str) -> str:
    """Return the distribution that holds the plugin *name*: ``brummer-NAME``.

    :raises UsageError: for what is no name at all, such as an option.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name for a plugin")
    base = _base(name)
    return base if base.startswith(f"{OWN}-") else f"{OWN}-{base}"


def install_line(name: str, where: Installation) -> Line:
    """Return the command line that adds the plugin *name* to *where*.

    :raises BrummerError: if nothing may be added there.
    """
    package = distribution(name)
    match where.owner:
        case Owner.UV_TOOL:
            return _uv_tool_line((*_others(where, package), package), where)
        case Owner.PIPX:
            return ("pipx", "inject", where.name, package)
        case Owner.UV:
            return ("uv", "pip", "install", "--python", where.python, package)
        case Owner.PIP:
            return (where.python, "-m", "pip", "install", package)
        case Owner.SYSTEM:
            raise BrummerError(_for_the_system(f"install {package}"))


def remove_line(plugin: PluginReport, where: Installation) -> Line:
    """Return the command line that takes *plugin* out of *where*.

    :raises BrummerError: if it came with Brummer, or is a file of the user's.
    """
    package = plugin.distribution
    if package == OWN:
        raise BrummerError(
            f"plugin {plugin.name!r} came with Brummer and can only be disabled:"
            f' disabled = ["{plugin.name}"] in [plugins] of .brum.toml,'
            f" or -P no:{plugin.name} for once"
        )
    if not package:
        raise BrummerError(f"plugin {plugin.name!r} is a file: {plugin.origin}")
    match where.owner:
        case Owner.UV_TOOL:
            return _uv_tool_line(_others(where, package), where)
        case Owner.PIPX:
            return ("pipx", "uninject", where.name, package)
        case Owner.UV:
            return ("uv", "pip", "uninstall", "--python", where.python, package)
        case Owner.PIP:
            return (where.python, "-m", "pip", "uninstall", "--yes", package)
        case Owner.SYSTEM:
            raise BrummerError(_for_the_system(f"remove {package}"))


def _others(where: Installation, package: str) -> Line:
    others = where.requirements[1:]
    return tuple(text for text in others if _base(text) != _base(package))


def _uv_tool_line(plugins: Line, where: Installation) -> Line:
    line = ["uv", "tool", "install", where.requirements[0]]
    if where.wish:
        line += ["--python", where.wish]
    for plugin in plugins:
        line += ["--with", plugin]
    return tuple(line)


def _for_the_system(wish: str) -> str:
    return (
        f"cannot {wish}: this Python belongs to the operating system;"
        " use its packages, or install Brummer with uv tool or pipx"
    )


def run(line: Line, show: Callable[[str], object]) -> int:
    """Show *line*, run it on this terminal, and return its exit code.

    :raises BrummerError: if the tool is not there.
    """
    show(shlex.join(line))
    try:
        return subprocess.run(line, check=False).returncode
    except OSError as error:
        raise BrummerError(f"cannot run {line[0]}: {error.strerror}") from error
