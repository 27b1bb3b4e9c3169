"""The project's scripts: detected, adjusted by the settings, found by name."""

import difflib
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Final, NamedTuple

from brummer.config.order import needs, readiness
from brummer.config.settings import ScriptSettings
from brummer.errors import BrummerError, ScriptNotFound
from brummer.model.script import SHELL, Script

#: The source of scripts that ``[scripts.NAME] command`` makes.
CONFIGURED: Final = "config"

#: Characters of a name that are looked at.
_NAME: Final = 200

#: The first program of a shell command, after what may be in front of it:
#: parentheses, quotes, and variables that are set.
_PROGRAM: Final = re.compile(
    r"""[\s({]* (?: \w+= (?: '[^']*' | "[^"]*" | [^\s'"] )* \s+ )*  ['"]*"""
    r"""([^\s\x00-\x1f\x7f'"`$;&|<>(){}]+)""",
    re.VERBOSE,
)

#: Programs that nobody means as a bare word: where no script has this name,
#: ``brum test`` is a mistake and not a call of test(1).
_NEVER_MEANT: Final = frozenset({"test", "["})


class ScriptList(NamedTuple):
    """All scripts, with a number that grows when they are read again."""

    version: int
    scripts: tuple[Script, ...]


def setting_of(
    script: Script, settings: Mapping[str, ScriptSettings]
) -> ScriptSettings | None:
    """Return the table of ``[scripts]`` that is about *script*, if there is one."""
    found = (settings.get(name) for name in script.names)
    return next((setting for setting in found if setting is not None), None)


class ScriptTable:
    """Publishes the project's scripts.

    Threads: :meth:`detect` runs on a bus worker, on the watch thread or, at the
    start, on the main one, by one of them at a time.  Nobody waits for another,
    as a plugin may take seconds: who comes second leaves it to the first to read
    once more.  Everything else only reads what was published and is safe from
    any thread: a list is replaced, never changed.
    """

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, ScriptSettings],
        ask: Callable[[Path], Iterable[Script]],
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._ask = ask
        self._detecting = Lock()
        #: Whether the files may be newer than the list.
        self._is_outdated = False
        #: Rebound by detect().
        self._list = ScriptList(0, ())

    def current(self) -> ScriptList:
        """Return the scripts as they were detected last."""
        return self._list

    def detect(self) -> tuple[Script, ...]:
        """Read the scripts again and return them.

        While somebody else reads them, what there is now: the new ones follow.
        """
        self._is_outdated = True
        # Who cannot have the lock has set the flag before, and who has it looks
        # at the flag after letting go of it: one of the two reads.
        while self._is_outdated and self._detecting.acquire(blocking=False):
            try:
                self._is_outdated = False
                self._list = ScriptList(self._list.version + 1, self._read())
            finally:
                self._detecting.release()
        return self._list.scripts

    def _read(self) -> tuple[Script, ...]:
        found = [self._adjusted(script) for script in self._ask(self._folder)]
        configured = (
            self._configured(name, setting)
            for name, setting in self._settings.items()
            if setting.command
        )
        # One command may take the place of several scripts of its name.
        return tuple({one.id: one for one in (*found, *configured)}.values())

    def _adjusted(self, script: Script) -> Script:
        """Return *script* as ``[scripts.NAME]`` wants it."""
        setting = setting_of(script, self._settings)
        if setting is None:
            return script
        if setting.command:
            return self._configured(script.name, setting)
        return replace(
            script,
            folder=self._folder / setting.dir if setting.dir else script.folder,
            environment=MappingProxyType({**script.environment, **setting.env}),
            wrapper=setting.wrapper or script.wrapper,
            needs=needs(setting) or script.needs,
            ready=readiness(setting.ready) or script.ready,
            watch=setting.watch or script.watch,
            ignore=setting.ignore or script.ignore,
        )

    def _configured(self, name: str, setting: ScriptSettings) -> Script:
        return Script(
            name=name,
            source=CONFIGURED,
            command=setting.command,
            folder=self._folder / setting.dir,
            environment=setting.env,
            description="from [scripts] of the configuration",
            needs=needs(setting),
            ready=readiness(setting.ready),
            watch=setting.watch,
            ignore=setting.ignore,
        )

    def find(self, name: str) -> Script:
        """Return the script called *name*, by its id or its name.

        :raises ScriptNotFound: if there is none, naming those that look alike.
        :raises BrummerError: if several sources have one of that name.
        """
        scripts = self._list.scripts
        for script in scripts:
            if script.id == name:
                return script
        found = [script for script in scripts if name in script.names]
        if len(found) == 1:
            return found[0]
        if found:
            ids = " and ".join(script.id for script in found)
            raise BrummerError(f"{name!r} could be {ids}; say which")
        names = {script.name for script in scripts}
        # A long one is a command: to compare it with all would take its time.
        raise ScriptNotFound(name, difflib.get_close_matches(name[:_NAME], names))

    def meant_by(self, word: str, arguments: tuple[str, ...] = ()) -> Script:
        """Return what a word of the command line asks for.

        That is a script, else a shell command if the word holds spaces, else a
        program.

        :raises ScriptNotFound: if it is none of them.
        :raises BrummerError: if no program can be given the arguments.
        """
        _check(arguments)
        try:
            return replace(self.find(word), arguments=arguments)
        except ScriptNotFound:
            is_program = word not in _NEVER_MEANT and shutil.which(word)
            if not word.strip() or not (_has_space(word) or is_program):
                raise
        return self.shell(word, arguments=arguments)

    def shell(
        self, command: str, name: str = "", arguments: tuple[str, ...] = ()
    ) -> Script:
        """Return a script for a command line that was typed.

        :raises BrummerError: if there is nothing to run, or nothing that can be.
        """
        if not command.strip():
            raise BrummerError("the command is empty")
        _check([command])
        return Script(
            name=name or _label(command),
            source=SHELL,
            command=command,
            folder=self._folder,
            arguments=arguments,
        )


def _check(words: Iterable[str]) -> None:
    """Find that programs can be given *words*.

    :raises BrummerError: if not.
    """
    # The system ends each at its first NUL.
    if any("\0" in word for word in words):
        raise BrummerError("a NUL character cannot be given to a program; leave it out")


def _has_space(word: str) -> bool:
    return any(character.isspace() for character in word)


def _label(command: str) -> str:
    """Return what to call a process that runs *command*: its first program."""
    found = _PROGRAM.match(command)
    return (Path(found[1]).name if found else "") or "command"
