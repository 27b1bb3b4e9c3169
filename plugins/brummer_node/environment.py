"""What a package manager puts into the environment of a script.

Found by running scripts through npm 11, pnpm 9, 10 and 12, yarn 1.22 and bun 1.4
and looking; the tests do it again with what is installed.  Left out on purpose:
the package manager's own settings (``npm_config_audit`` and its like), except the
few that are there whatever the settings are.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from brummer_node.choice import Manager
from brummer_node.situation import Situation
from brummer_node.tool import Node, Tool, machine

_Variables = Mapping[str, str]

#: The parts of a package.json that scripts see.
_FIELDS: Final = ("name", "version", "config", "engines", "bin")

#: What older tools leave out of that: too long, and of no use.
_TOO_LONG: Final = frozenset({"readme", "notice", "licenseText"})

#: Longer values would end in "argument list too long" rather than in a script.
_LONGEST_VALUE: Final = 32_768
_DEEPEST: Final = 16

#: pnpm showed all of package.json to scripts until this version.
_PNPM_SHOWS_LESS: Final = (10, 0)


def variables(situation: Situation) -> dict[str, str]:
    """Return the variables for a script in *situation*, whatever its name is."""
    return {
        **dict(_of_package(situation)),
        **_of_node(situation),
        **_of_tool(situation),
        "PATH": _path(situation),
    }


def _path(situation: Situation) -> str:
    folders = [str(folder) for folder in _program_folders(situation)]
    inherited = situation.environ.get("PATH", os.defpath)
    return os.pathsep.join([*dict.fromkeys(folders), inherited])


def _program_folders(situation: Situation) -> Iterator[Path]:
    """Yield the folders in which the script's programs are looked for first."""
    package, tool = situation.package, situation.tool
    yield _programs(package.folder)
    if situation.manager in {Manager.NPM, Manager.BUN}:
        # Up to the root of the file system, also beyond the workspace.
        yield from map(_programs, package.folder.parents)
    if situation.manager is Manager.YARN and package.in_workspace:
        yield _programs(package.root)
    if tool is not None:
        yield from _node_gyp_folders(tool, situation.node)
    if situation.manager is Manager.PNPM and package.in_workspace:
        yield _programs(package.root)


def _programs(folder: Path) -> Path:
    return folder / "node_modules" / ".bin"


def _node_gyp_folders(tool: Tool, node: Node | None) -> Iterator[Path]:
    """Yield where ``node-gyp`` is, which packages with native parts build with."""
    if tool.manager is Manager.NPM:
        yield tool.home / "node_modules/@npmcli/run-script/lib/node-gyp-bin"
    elif tool.manager is Manager.PNPM:
        yield tool.home / "dist/node-gyp-bin"
    elif tool.manager is Manager.YARN and node is not None:
        yield node.main.parent.parent / "lib/node_modules/npm/bin/node-gyp-bin"


def _of_node(situation: Situation) -> _Variables:
    node = situation.node
    if node is None:
        return {}
    # npm calls node as PATH does; the others ask it where it really is.
    path = node.path if situation.manager in {Manager.NPM, Manager.BUN} else node.main
    options = situation.settings.get("nodeoptions", "")
    takes_options = situation.manager in {Manager.NPM, Manager.PNPM} and options
    return {
        "NODE": str(path),
        "npm_node_execpath": str(path),
        **({"NODE_OPTIONS": options} if takes_options else {}),
    }


def _of_tool(situation: Situation) -> _Variables:
    tool = situation.tool
    if tool is None:
        return {}
    return {
        "npm_execpath": str(tool.main),
        "npm_config_user_agent": _user_agent(situation, tool),
        **_OF_MANAGER[tool.manager](situation, tool),
    }


def _of_npm(situation: Situation, tool: Tool) -> _Variables:
    command = "run" if (tool.home / "lib/commands/run.js").exists() else "run-script"
    chosen = situation.settings
    home = situation.environ.get("HOME", "")
    prefix = chosen.get("prefix", "")
    if not prefix and situation.node is not None:
        prefix = str(situation.node.main.parent.parent)
    return {
        "INIT_CWD": str(situation.package.folder),
        "npm_command": command,
        "npm_config_cache": chosen.get("cache", f"{home}/.npm"),
        "npm_config_global_prefix": prefix,
        "npm_config_globalconfig": chosen.get("globalconfig", f"{prefix}/etc/npmrc"),
        "npm_config_init_module": chosen.get("initmodule", f"{home}/.npm-init.js"),
        "npm_config_local_prefix": str(situation.package.root),
        "npm_config_npm_version": tool.version,
        "npm_config_prefix": prefix,
        "npm_config_userconfig": chosen.get("userconfig", f"{home}/.npmrc"),
        **_node_gyp(tool.home / "node_modules/node-gyp/bin/node-gyp.js"),
    }


def _of_pnpm(situation: Situation, tool: Tool) -> _Variables:
    folder = str(situation.package.folder)
    return {
        "INIT_CWD": folder,
        "PNPM_SCRIPT_SRC_DIR": folder,
        "npm_command": "run-script",
        **_node_gyp(tool.home / "dist/node_modules/node-gyp/bin/node-gyp.js"),
    }


def _node_gyp(path: Path) -> _Variables:
    """Return where node-gyp is; distributions may have it elsewhere."""
    return {"npm_config_node_gyp": str(path)} if path.exists() else {}


def _of_yarn(situation: Situation, _tool: Tool) -> _Variables:
    return {"INIT_CWD": str(situation.package.folder)}


def _of_bun(situation: Situation, _tool: Tool) -> _Variables:
    return {
        "npm_command": "run-script",
        "npm_config_local_prefix": str(situation.package.folder),
    }


_OF_MANAGER: Final[Mapping[Manager, Callable[[Situation, Tool], _Variables]]] = {
    Manager.NPM: _of_npm,
    Manager.PNPM: _of_pnpm,
    Manager.YARN: _of_yarn,
    Manager.BUN: _of_bun,
}


def _user_agent(situation: Situation, tool: Tool) -> str:
    node = situation.node.version if situation.node else "?"
    if tool.manager is Manager.NPM:
        inside = str(situation.package.in_workspace).lower()
        return f"npm/{tool.version} node/{node} {machine()} workspaces/{inside}"
    if tool.manager is Manager.BUN:
        node = tool.node
    elif tool.manager is Manager.PNPM and tool.main.suffix not in {".cjs", ".mjs"}:
        node = "?"  # pnpm as a binary of its own runs without node
    return f"{tool.manager}/{tool.version} npm/? node/{node} {machine()}"


def _of_package(situation: Situation) -> Iterator[tuple[str, str]]:
    """Yield ``npm_package_*``, the package.json as variables."""
    manager, manifest = situation.manager, situation.manifest
    if _shows_everything(situation):
        fields = {
            key: value
            for key, value in manifest.fields.items()
            if not key.startswith("_") and key not in _TOO_LONG
        }
    else:
        yield "npm_package_json", str(manifest.folder / "package.json")
        fields = {
            key: manifest.fields[key] for key in _FIELDS if key in manifest.fields
        }
    if manager is Manager.BUN:
        fields = dict(_flat_fields(fields))
    rename = str if manager in {Manager.NPM, Manager.BUN} else _shell_name
    for name, value in _flattened("npm_package", fields):
        text = _text(value, manager)
        if text is not None and len(text) <= _LONGEST_VALUE and "\0" not in text:
            yield rename(name), text


def _shows_everything(situation: Situation) -> bool:
    tool = situation.tool
    if situation.manager is Manager.PNPM and tool is not None:
        return tool.release < _PNPM_SHOWS_LESS
    return situation.manager is Manager.YARN


def _flat_fields(fields: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield what bun takes: the name, the version, and the texts of ``config``."""
    for key in ("name", "version"):
        if key in fields:
            yield key, fields[key]
    config = fields.get("config")
    if isinstance(config, Mapping):
        yield "config", {k: v for k, v in config.items() if isinstance(v, str)}


def _flattened(
    name: str, value: object, depth: int = 0
) -> Iterator[tuple[str, object]]:
    """Yield the leaves of *value* with names made of their keys and indices."""
    if depth > _DEEPEST or "=" in name or "\0" in name:
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flattened(f"{name}_{key}", item, depth + 1)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _flattened(f"{name}_{index}", item, depth + 1)
    else:
        yield name, value


def _text(value: object, manager: Manager) -> str | None:
    """Return *value* as JavaScript would write it, ``None`` to leave it out."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if manager is Manager.NPM and (value is None or value is False):
        return ""
    if value is None:
        return None if manager is Manager.YARN else "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shell_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", name)
