"""Why a script cannot run without its package manager, if it cannot.

A script runs directly only where that is the same as ``npm run`` and its like.
Everything here is a reason why it might not be.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import brummer
from brummer_node.choice import Manager
from brummer_node.manifest import read_text, table
from brummer_node.situation import Situation

#: Releases before these did it in a way that we do not know.
_OLDEST: Final = {
    Manager.NPM: (7, 0),
    Manager.PNPM: (9, 0),
    Manager.YARN: (1, 0),
    Manager.BUN: (1, 0),
}

#: The first yarn with a shell of its own.
_YARN_BERRY: Final = (2, 0)

#: Shells that take ``-c LINE`` and understand the same words.
_SHELLS: Final = frozenset({"sh", "ash", "bash", "dash", "ksh", "zsh"})

#: Settings that make pnpm do more than run a script.
_PNPM_SETTINGS: Final = {
    "shellemulator": "pnpm has its own shell switched on (shell-emulator)",
    "verifydepsbeforerun": "pnpm looks after node_modules first"
    " (verify-deps-before-run)",
    "usenodeversion": "pnpm brings its own node (use-node-version)",
    "ignorescripts": "pnpm has ignore-scripts switched on",
}

#: Settings of yarn 1 that are only in its own file.
_YARNRC: Final = re.compile(r'^\s*"?(yarn-path|script-shell)"?[\s:]', re.MULTILINE)


def obstacle(situation: Situation) -> str:
    """Return the first reason to use the package manager, empty for none."""
    reasons = (reason for check in _CHECKS for reason in check(situation))
    return next(reasons, "")


def _stand_in(situation: Situation) -> Iterator[str]:
    """Corepack and others decide at each call what to run."""
    tool = situation.tool
    if tool is not None and tool.owner != tool.manager:
        owner = tool.owner or "an unknown program"
        yield f"{tool.path} is not {tool.manager} itself, but {owner}"


def _too_old(situation: Situation) -> Iterator[str]:
    tool = situation.tool
    if tool is not None and tool.release < _OLDEST[tool.manager]:
        yield f"{tool.manager} {tool.version} is too old to do its work here"


def _berry(situation: Situation) -> Iterator[str]:
    if situation.manager is not Manager.YARN:
        return
    root = situation.package.root
    pinned = situation.package.choice.pinned
    if (
        (situation.tool is not None and situation.tool.release >= _YARN_BERRY)
        or (root / ".yarnrc.yml").exists()
        or (pinned and not pinned.startswith(("0.", "1.")))
    ):
        yield "yarn 2 and later run scripts in a shell of their own"
    if any((root / name).exists() for name in (".pnp.cjs", ".pnp.js")):
        yield "yarn finds packages by Plug'n'Play"
    for folder in (root, Path(situation.environ.get("HOME", root))):
        for found in _YARNRC.finditer(_content(folder / ".yarnrc")):
            yield f"{folder}/.yarnrc sets {found[1]}"


def _pinned(situation: Situation) -> Iterator[str]:
    tool, pinned = situation.tool, situation.package.choice.pinned
    if (
        tool is not None
        and tool.manager is Manager.PNPM
        and pinned
        and pinned != tool.version
    ):
        yield f"package.json asks for pnpm {pinned}, this is {tool.version}"


def _other_runtime(situation: Situation) -> Iterator[str]:
    fields = situation.manifest.fields
    if "devEngines" in fields and situation.manager in {Manager.NPM, Manager.PNPM}:
        yield f"{situation.manager} checks devEngines in package.json"
    if situation.manager in table(fields.get("volta")):
        yield f"Volta brings its own {situation.manager}"
    tool = situation.tool
    if tool is not None and tool.manager is Manager.BUN and situation.node is None:
        yield "there is no node on PATH, and bun stands in for it"


def _pnpm(situation: Situation) -> Iterator[str]:
    if situation.manager is Manager.PNPM:
        for setting, reason in _PNPM_SETTINGS.items():
            if situation.is_on(setting):
                yield reason


def _odd_shell(situation: Situation) -> Iterator[str]:
    shell = situation.settings.get("scriptshell", "")
    takes_it = situation.manager is not Manager.BUN
    if takes_it and shell and Path(shell).name not in _SHELLS:
        yield f"script-shell is {shell}"


def _bun(situation: Situation) -> Iterator[str]:
    if situation.manager is not Manager.BUN:
        return
    for folder in (situation.package.folder, situation.package.root):
        run = _toml(folder / "bunfig.toml").get("run")
        if table(run).get("shell") == "bun" or table(run).get("bun") is True:
            yield "bunfig.toml makes bun run scripts itself"


def _toml(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(_content(path))
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _content(path: Path) -> str:
    try:
        return read_text(path) or ""
    except brummer.BrummerError:
        return ""


_CHECKS: Final[tuple[Callable[[Situation], Iterator[str]], ...]] = (
    _berry,
    _stand_in,
    _too_old,
    _pinned,
    _other_runtime,
    _pnpm,
    _odd_shell,
    _bun,
)
