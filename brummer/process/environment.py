"""The variables that a script is launched with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from brummer.errors import BrummerError
from brummer.model.script import NOTHING
from brummer.process.environment_file import Assignment, expand, read


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where the variables of one launch come from, the weakest first.

    *parent* is what Brummer itself was started with.  *files* belong to the
    project and need not exist.  *own_files* are those that the script lists
    itself.  *plugins*, *settings* (``[scripts.NAME] env``) and *launch* follow.
    """

    parent: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    files: tuple[Path, ...] = ()
    own_files: tuple[Path, ...] = ()
    plugins: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    settings: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    launch: Mapping[str, str] = field(default_factory=lambda: NOTHING)


class Environment(NamedTuple):
    """Variables to set on top of the parent's, and what went wrong with files."""

    variables: Mapping[str, str]
    problems: tuple[str, ...]


def compose(sources: Sources) -> Environment:
    """Return the variables of a launch; the files are read now.

    Of two files the later one wins.  A variable that is set in the parent's
    environment is *not* overridden by the project's files, which is the default
    of every dotenv library (``PORT=4000 brum dev`` means 4000, whatever
    ``.env`` says), but it is by a file that the script lists itself: who wrote
    it down for this one script meant it.

    ``${NAME}`` in a file sees what will hold: for a project's file the parent
    before the file, for a script's own one the other way round.  Nothing is
    read from or written to :data:`os.environ`.
    """
    shared = _Layer(known=sources.parent, fixed=sources.parent)
    for path in sources.files:
        shared.add(path)
    own = _Layer(known={**sources.parent, **shared.variables}, fixed=NOTHING)
    for path in sources.own_files:
        if not own.add(path):
            own.problems.append(f"{path}: no such file; the script asks for it")
    variables = {
        **shared.variables,
        **own.variables,
        **sources.plugins,
        **sources.settings,
        **sources.launch,
    }
    problems = (*shared.problems, *own.problems)
    return Environment(MappingProxyType(variables), problems)


class _Layer:
    """Files of one rank: what they set, given what is *known* and *fixed*."""

    def __init__(self, known: Mapping[str, str], fixed: Mapping[str, str]) -> None:
        self.variables: dict[str, str] = {}
        self.problems: list[str] = []
        self._known = dict(known)
        self._fixed = fixed

    def add(self, path: Path) -> bool:
        """Read the file at *path*; return whether there is one."""
        file = read(path)
        if file is None:
            return False
        self.problems.extend(file.problems)
        self._assign(file.assignments)
        return True

    def _assign(self, assignments: Sequence[Assignment]) -> None:
        for name, value, origin in assignments:
            if name in self._fixed:
                continue
            try:
                expanded = expand(value, self._known)
            except BrummerError as error:
                self.problems.append(f"{origin}: {error}; {name} is not set")
            else:
                self.variables[name] = self._known[name] = expanded
