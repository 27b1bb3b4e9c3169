"""The two ways to look at a process: by a function aside, and by a command."""

import itertools
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Final

from typing_extensions import override

from brummer.model.process import ProcessId
from brummer.model.readiness import Readiness, ReadyBy
from brummer.model.script import Launch
from brummer.process.loop import Loop
from brummer.process.probe import look_for
from brummer.process.request import Request
from brummer.process.trial import Trial, Trials
from brummer.process.vigil import Look, Sighting, Vigil
from brummer.process.wiring import Wiring

#: In front of a command: what it prints is of no interest to anybody, and it
#: must not wait for input.
_QUIETLY: Final = "exec </dev/null >/dev/null 2>&1\n"

#: Characters of a command that are shown with what is wrong with it.
_LONGEST: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who is looked at: a process, how it was launched and what it was told."""

    process: ProcessId
    launch: Launch
    variables: Mapping[str, str]


class Lookout:
    """Sets up vigils over processes.

    Threads: the supervisor thread only.
    """

    def __init__(self, wiring: Wiring, loop: Loop) -> None:
        self.trials = Trials(wiring.system, loop)
        self._wiring = wiring
        self._loop = loop

    def watch(
        self,
        readiness: Readiness,
        subject: Subject,
        seen: Callable[[Sighting], object],
    ) -> Vigil:
        """Begin to look whether *subject* is ready, and return the vigil."""
        look: Look
        if readiness.by is ReadyBy.EXEC:
            look = _CommandLook(self.trials, readiness, subject)
        else:
            function = look_for(readiness, subject.process, self._wiring.sight)
            look = _AsideLook(self._wiring, self._loop, function)
        vigil = Vigil(readiness, look, self._loop, seen)
        vigil.begin()
        return vigil

    def watch_for_line(
        self,
        pattern: str,
        process: ProcessId,
        seen: Callable[[Sighting], object],
    ) -> Vigil:
        """Begin to look for a line of *process*, and return the vigil."""
        readiness = Readiness(by=ReadyBy.LOG, target=pattern)
        function = look_for(readiness, process, self._wiring.sight)
        vigil = Vigil(
            readiness, _AsideLook(self._wiring, self._loop, function), self._loop, seen
        )
        vigil.begin()
        return vigil


class _AsideLook(Look):
    """Calls a function on a thread that is lent for it.

    Threads: the supervisor thread, to which the answer is posted.
    """

    def __init__(self, wiring: Wiring, loop: Loop, function: Callable[[], str]) -> None:
        self._wiring = wiring
        self._loop = loop
        self._function = function

    @override
    def begin(self, answer: Callable[[str], object]) -> None:
        """Take a look."""
        self._wiring.look_aside(self._function, partial(self._post, answer))

    def _post(self, answer: Callable[[str], object], problem: str) -> None:
        """Have *answer* called on the supervisor thread."""
        self._loop.post(Request[None](partial(_tell, answer, problem)))

    @override
    def close(self, gone: Callable[[], object]) -> bool:
        """Let it end by itself: it leaves nothing, and nobody hears its answer."""
        return False


class _CommandLook(Look):
    """Runs a command beside the process, with its variables and in its folder.

    Threads: the supervisor thread only.
    """

    def __init__(self, trials: Trials, readiness: Readiness, subject: Subject) -> None:
        self._trials = trials
        self._readiness = readiness
        self._subject = subject
        self._numbers = itertools.count(1)
        #: Who still has something running; as a rule one or nobody.
        self._living: dict[ProcessId, Trial] = {}
        self._gone: Callable[[], object] | None = None

    @override
    def begin(self, answer: Callable[[str], object]) -> None:
        """Run the command."""
        command, subject = self._readiness.target, self._subject
        process = ProcessId(f"{subject.process}~{next(self._numbers)}")
        trial = self._living[process] = Trial(
            id=process,
            launch=Launch(
                argv=("/bin/sh", "-c", _QUIETLY + command),
                folder=subject.launch.folder,
                environment=subject.launch.environment,
                shell_command=command,
                tty=False,
            ),
            variables=subject.variables,
            timeout=self._readiness.timeout,
            answer=lambda problem: answer(_about(command, problem)),
            gone=lambda: self._over(process),
        )
        self._trials.begin(trial)

    @override
    def close(self, gone: Callable[[], object]) -> bool:
        """End what runs; return whether anything does."""
        self._gone = gone
        for trial in tuple(self._living.values()):
            self._trials.cancel(trial)
        return bool(self._living)

    def _over(self, process: ProcessId) -> None:
        del self._living[process]
        if self._gone is not None and not self._living:
            self._gone()


def _tell(answer: Callable[[str], object], problem: str, _: Future[None]) -> None:
    answer(problem)


def _about(command: str, problem: str) -> str:
    """Return *problem* with the command that has it, shortened."""
    if not problem:
        return ""
    name = command if len(command) <= _LONGEST else f"{command[:_LONGEST]}..."
    return f"{name!r} {problem}"
