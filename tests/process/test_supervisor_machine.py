"""Anything in any order: no illegal state, no lost answer, nobody left behind."""

from concurrent.futures import Future

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from typing_extensions import override

from brummer.config.settings import ProcessManagerSettings
from brummer.errors import BrummerError
from brummer.model.process import ProcessId, ProcessState, ProcessStatus
from brummer.model.readiness import Need, Readiness, ReadyBy, Until
from brummer.model.script import RestartPolicy
from tests.process.fakes import Stage, launch, script

#: Starts at once; small, so that starts do wait.
LIMIT = 2

#: Processes before the first shutdown; nothing much happens after one.
MATURE = 4

NAMES = st.sampled_from(["web", "api", "db"])
UNTIL = st.sampled_from(Until)
SPANS = st.sampled_from([0.1, 0.5, 2.0, 6.0, 12.0])
RUNS = st.integers(0, 5)

#: How long nothing else happens; ``None``: not even a step of the supervisor.
PAUSES = st.sampled_from([0.0, 0.0, 0.0, 0.1, 2.0, None])


class Supervision(RuleBasedStateMachine):
    """People, children, plugins and the system do what they like."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage(ProcessManagerSettings(max_concurrent_starts=LIMIT))
        self.stage.add(script("web", "api"), script("api", "db"), script("db"))
        self.futures: list[Future[ProcessState] | Future[None]] = []
        self.last: dict[ProcessId, ProcessState] = {}
        self.seen = 0
        self.version = self.stage.registry.version

    def some(self, number: int) -> ProcessId:
        """Return one of the latest processes, or one that there is not."""
        ids = [ProcessId("nobody-1"), *self.stage.registry.snapshot()]
        return ids[-1 - number % len(ids)]

    def ask(
        self, future: Future[ProcessState] | Future[None], pause: float | None
    ) -> None:
        """Keep an answer that must come, and let *pause* pass."""
        self.futures.append(future)
        if pause is not None:
            self.stage.play(pause)

    @rule(name=NAMES, pause=PAUSES)
    def start(self, name: str, pause: float | None) -> None:
        self.ask(self.stage.supervisor.start(self.stage.scripts[name]), pause)

    @rule(name=NAMES, others=st.lists(NAMES, max_size=2, unique=True), until=UNTIL)
    def need(self, name: str, others: list[str], until: Until) -> None:
        """Change what a script needs; it may be itself, or go round in a circle."""
        needs = [Need(script=one, until=until, pattern="up") for one in others]
        ready = self.stage.scripts[name].ready
        self.stage.add(script(name, *needs, ready=ready))

    @rule(name=NAMES, by=st.sampled_from([None, ReadyBy.TCP, ReadyBy.EXEC]))
    def probe(self, name: str, by: ReadyBy | None) -> None:
        ready = Readiness(by=by, target="80", failures=2, within=5.0) if by else None
        self.stage.add(script(name, *self.stage.scripts[name].needs, ready=ready))

    @rule(problem=st.sampled_from(["", "tcp 80 refused", None]))
    def look(self, problem: str | None) -> None:
        self.stage.looks.problem = problem

    @precondition(lambda self: self.stage.looks.hanging)
    @rule(problem=st.sampled_from(["", "no answer"]))
    def answer_look(self, problem: str) -> None:
        self.stage.looks.hanging.pop(0)(problem)

    @rule(code=st.sampled_from([0, 1]))
    def end_trial(self, code: int) -> None:
        for name, child in self.stage.system.children.items():
            if "~" in name and child.exit_code is None:
                child.exit(code)
                return

    @rule(name=NAMES, pause=PAUSES)
    def renew(self, name: str, pause: float | None) -> None:
        script_id = self.stage.scripts[name].id
        self.ask(self.stage.supervisor.renew(script_id, "app.py changed"), pause)

    @rule(name=NAMES, policy=st.sampled_from(RestartPolicy), grace=SPANS)
    def configure(self, name: str, policy: RestartPolicy, grace: float) -> None:
        self.stage.launches[name] = launch(policy, grace=grace)

    @rule(is_slow=st.booleans())
    def slow_plugins_down(self, *, is_slow: bool) -> None:
        self.stage.workers.eager = not is_slow

    @rule(name=NAMES)
    def break_plugin(self, name: str) -> None:
        self.stage.launches[name] = ZeroDivisionError("a plugin's bug")

    @precondition(lambda self: self.stage.workers.tasks)
    @rule()
    def answer(self) -> None:
        self.stage.workers.finish()

    @rule(call=st.sampled_from(["start", "family", "signal", "close"]))
    def break_system(self, call: str) -> None:
        self.stage.system.troubles[call] = BrummerError(f"{call} is impossible")

    @rule()
    def mend_system(self) -> None:
        self.stage.system.troubles.clear()

    @rule(is_stubborn=st.booleans(), drains=st.booleans())
    def change_habits(self, *, is_stubborn: bool, drains: bool) -> None:
        self.stage.system.stubborn = is_stubborn
        self.stage.system.drains = drains

    @rule(number=RUNS, pause=PAUSES)
    def stop(self, number: int, pause: float | None) -> None:
        self.ask(self.stage.supervisor.stop(self.some(number)), pause)

    @rule(number=RUNS, pause=PAUSES)
    def kill(self, number: int, pause: float | None) -> None:
        self.ask(self.stage.supervisor.kill(self.some(number)), pause)

    @rule(number=RUNS, pause=PAUSES)
    def restart(self, number: int, pause: float | None) -> None:
        self.ask(self.stage.supervisor.restart(self.some(number)), pause)

    @rule(number=RUNS, pause=PAUSES)
    def signal(self, number: int, pause: float | None) -> None:
        self.ask(self.stage.supervisor.signal(self.some(number), 15), pause)

    @rule(number=RUNS, code=st.sampled_from([0, 1, 139]))
    def exit(self, number: int, code: int) -> None:
        child = self.stage.system.children.get(self.some(number))
        if child is not None:
            child.exit(code)

    @rule(number=RUNS, is_obedient=st.booleans())
    def fork(self, number: int, *, is_obedient: bool) -> None:
        child = self.stage.system.children.get(self.some(number))
        if child is not None and child.obedient:
            child.fork("grandchild", obedient=is_obedient)

    @rule(number=RUNS)
    def exited(self, number: int) -> None:
        self.stage.supervisor.exited(self.some(number))

    @rule(number=RUNS)
    def drained(self, number: int) -> None:
        self.stage.supervisor.drained(self.some(number))

    @rule(pause=PAUSES)
    def stop_all(self, pause: float | None) -> None:
        self.ask(self.stage.supervisor.stop_all(), pause)

    @rule(pause=PAUSES)
    def hurry(self, pause: float | None) -> None:
        self.ask(self.stage.supervisor.hurry(), pause)

    @precondition(lambda self: len(self.last) > MATURE)
    @rule(pause=PAUSES)
    def shutdown(self, pause: float | None) -> None:
        self.ask(self.stage.supervisor.shutdown(), pause)

    @rule()
    def think(self) -> None:
        self.stage.play()

    @rule(seconds=SPANS)
    def wait(self, seconds: float) -> None:
        self.stage.play(seconds)

    @invariant()
    def every_change_is_legal_and_told_in_order(self) -> None:
        for change in self.stage.changes[self.seen :]:
            before, after = change.before, change.after
            assert before == self.last.get(after.id)
            if before is None:
                assert after.status in {ProcessStatus.PENDING, ProcessStatus.BACKOFF}
            elif before.status is not after.status:
                assert before.status.may_become(after.status)
            self.last[after.id] = after
        self.seen = len(self.stage.changes)
        assert self.last == dict(self.stage.registry.snapshot())

    @invariant()
    def versions_grow(self) -> None:
        version = self.stage.registry.version
        assert version >= self.version
        self.version = version

    @invariant()
    def only_so_many_are_starting(self) -> None:
        starting = [
            state
            for state in self.last.values()
            if state.status is ProcessStatus.PENDING and not state.reason
        ]
        assert len(starting) <= LIMIT

    @invariant()
    def the_trees_are_those_of_what_runs(self) -> None:
        running = {name for name, state in self.last.items() if state.is_running}
        assert self.stage.supervisor.trees().keys() == running

    @invariant()
    def who_is_stopping_has_a_deadline_and_who_ended_an_end(self) -> None:
        for state in self.last.values():
            if state.status is ProcessStatus.STOPPING:
                assert state.deadline is not None
            assert state.is_finished == (state.ended is not None)

    @invariant()
    def who_waits_says_for_whom_and_since_when(self) -> None:
        for state in self.last.values():
            if state.status is ProcessStatus.WAITING:
                assert state.reason.startswith("waiting for ")
                assert state.since is not None
            if state.ready is not None:
                assert state.status is ProcessStatus.RUNNING

    @override
    def teardown(self) -> None:
        self.stage.system.troubles.clear()
        self.futures.append(self.stage.supervisor.shutdown())
        # Each in its turn: those whom the others need are ended last.
        self.stage.play(60.0)
        for task in self.stage.workers.tasks:
            task()
        self.stage.play()
        self.futures.append(self.stage.supervisor.start(script()))
        self.stage.play()
        self.every_change_is_legal_and_told_in_order()

        assert all(future.done() for future in self.futures)
        assert [s for s in self.last.values() if not s.is_finished] == []
        assert not self.stage.system.living()
        # Who could not be seen at the end stays on record.
        children = self.stage.system.children.values()
        assert all(child.is_closed or child.is_left for child in children)


Supervision.TestCase.settings = settings(
    max_examples=100, stateful_step_count=40, deadline=None
)
TestSupervision = Supervision.TestCase
