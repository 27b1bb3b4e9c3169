"""The prompt to set up a script."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from brummer.core.instance import Instance
from brummer.errors import BrummerError
from brummer.mcp.prompts.part import lines_of, ours, theirs
from brummer.mcp.resources.completion import Candidate, matching
from brummer.mcp.resources.known import Known
from brummer.mcp.resources.script import AVAILABLE, ScriptSource
from brummer.mcp.wording import ALL, Wording
from brummer.model.offer import Argument, Chosen, Recipe
from brummer.model.tool import Call, Content

#: What scripts are for, and what they are for it with, to choose from.
_TASKS: Final = (
    *("dev", "start", "build", "test", "lint", "format", "typecheck", "watch"),
    *("migrate", "seed", "deploy", "clean"),
)
_FRAMEWORKS: Final = (
    *("next", "vite", "react", "vue", "svelte", "angular", "astro", "nuxt", "remix"),
    *("express", "nest", "django", "flask", "fastapi", "rails", "laravel", "spring"),
    *("go", "rust", "docker"),
)


@dataclass(frozen=True, slots=True)
class ScriptPrompt:
    """``script_configuration``.

    Threads: the server's loop.
    """

    instance: Instance
    known: Known
    scripts: ScriptSource
    wording: Wording = ALL

    def table(self) -> Iterator[Recipe]:
        """Yield the prompt."""
        yield Recipe(
            name="script_configuration",
            title="Set up a script",
            description=(
                "Set up or improve a script for a task: begins with those that the"
                " project has, and says where scripts can be written."
            ),
            make=self.make,
            arguments=(
                Argument(
                    name="task_type",
                    description="what it is for, such as dev, test or lint",
                    required=True,
                    complete=self._tasks,
                ),
                Argument(
                    name="framework",
                    description="what the project is made with, such as vite",
                    complete=_frameworks,
                ),
            ),
        )

    def _tasks(self, begun: str, _: Chosen) -> Sequence[str]:
        tasks = dict.fromkeys([*_TASKS, *self.known.script_names()])
        return matching(begun, map(Candidate, tasks))

    async def make(
        self, _: Call, task_type: str, framework: str = ""
    ) -> Sequence[Content]:
        """Return what the user says."""
        if not task_type.strip():
            raise BrummerError("task_type is empty; what is the script for?")
        wish = [f"task: {task_type}", *([f"made with: {framework}"] * bool(framework))]
        lines = [line for each in wish for line in lines_of(each)]
        return [
            ours(
                f"Set up a script in the project {self.instance.folder} for the task"
                " below, or improve the one that there is.",
                self.wording.steps(_WAY),
            ),
            theirs("What it is for", lines),
            # Their names are those of a project that nobody may have looked at yet.
            theirs(
                "Scripts that may be for it already",
                self._named(task_type.strip()) or ["none has the task in its name"],
                _ROOM,
            ),
            await self.scripts.read(AVAILABLE),
        ]

    def _named(self, task: str) -> list[str]:
        """Return the scripts that have the task in their names."""
        scripts = self.instance.scripts()
        return [s.id for s in scripts if task.casefold() in s.name.casefold()]


#: Characters of the list of scripts that may be for a task already.
_ROOM: Final = 500


def _frameworks(begun: str, _: Chosen) -> Sequence[str]:
    return matching(begun, map(Candidate, _FRAMEWORKS))


_WAY: Final = (
    (
        "Write it where the project has its scripts: package.json, a Procfile, a"
        " Makefile and the like. What belongs in none of these is written to"
        ' .brum.toml:\n       [scripts.NAME]\n       command = "..."'
    ),
    (
        "A server that prints its URL is seen to be ready by that. For others, ready in"
        " the same table says how to see it, and depends_on what has to be started"
        " before."
    ),
    "scripts_list has it once the file is saved.",
    (
        "Try it: ensure_running for what stays, scripts_run wait_s=50 for what ends.",
        "Ask for it to be started: scripts_status says how it does.",
        "Ask for it to be started.",
    ),
    "errors_list says what went wrong, if anything did.",
)
