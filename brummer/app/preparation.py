"""How a script is run now: what plugins, files and settings say, put together."""

import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from brummer.app.scripts import setting_of
from brummer.config.settings import ScriptSettings, Settings
from brummer.model.script import Launch, RestartPolicy, Script
from brummer.plugin.host import PluginHost
from brummer.process.environment import Sources, compose
from brummer.process.environment_change import LastStarts
from brummer.process.wording import signal_number

#: What a script without an entry in ``[scripts]`` has.
_DEFAULT = ScriptSettings()


class Preparation:
    """Answers how a script is run, anew at each start.

    Threads: called by several bus workers at once; everything it uses is frozen
    or looks after itself.
    """

    def __init__(
        self,
        host: PluginHost,
        settings: Settings,
        folder: Path,
        parent: Mapping[str, str],
    ) -> None:
        self._host = host
        self._settings = settings
        self._folder = folder
        self._parent = parent
        self._last = LastStarts()

    def launch(self, script: Script) -> Launch:
        """Return how to run *script*.

        The first plugin that knows decides; a script that none knows is a
        command line for the shell.

        :raises BrummerError: if it cannot be run, saying why.
        """
        made = self._host.launch(script) or shell_launch(script)
        setting = setting_of(script, self._settings.scripts) or _DEFAULT
        stop_signal = setting.stop_signal or made.stop_signal
        # Refused here, with the start that wanted it, and not at its stop.
        signal_number(stop_signal)
        plugins = self._host.environment(script)
        environment = compose(
            Sources(
                parent=self._parent,
                files=self._paths(self._settings.env_files),
                own_files=self._paths(setting.env_files),
                plugins=plugins.variables,
                settings=script.environment,
                launch=made.environment,
            )
        )
        return replace(
            made,
            environment=environment.variables,
            tty=setting.tty and made.tty,
            stop_signal=stop_signal,
            grace=setting.grace if setting.grace >= 0 else made.grace,
            restart=RestartPolicy(setting.restart or made.restart),
            notes=(
                *made.notes,
                *plugins.notes,
                *environment.problems,
                *self._last.compare(script.id, environment.variables),
            ),
        )

    def _paths(self, names: tuple[str, ...]) -> tuple[Path, ...]:
        return tuple(self._folder / name for name in names)


def shell_launch(script: Script) -> Launch:
    """Return a launch of the command line of *script*, by the shell.

    Its text stays as it is, quoting, variables and all; arguments are quoted
    and appended.
    """
    line = " ".join([script.command, *map(shlex.quote, script.arguments)])
    return Launch(
        argv=("/bin/sh", "-c", line), folder=script.folder, shell_command=line
    )
