"""Tests of who runs where."""

import threading

import pytest

from brummer.config.settings import THREADS, WORKERS
from brummer.core import threads
from brummer.core.threads import (
    PREFIX,
    PROBES,
    Role,
    allotment,
    census,
    on,
    spawn,
    thread_name,
)
from tests.support.wait import LIMIT


class Held:
    """A thread of a role that stays until it is let go."""

    def __init__(self, role: Role) -> None:
        self._leave = threading.Event()
        self._arrived = threading.Event()
        self.roles: list[Role] = []
        self._role = role

    def __enter__(self) -> threading.Thread:
        self.thread = spawn(self._role, self._stay)
        assert self._arrived.wait(LIMIT)
        return self.thread

    def __exit__(self, *_: object) -> None:
        self._leave.set()
        self.thread.join(LIMIT)

    def _stay(self) -> None:
        self.roles = [role for role in Role if on(role)]
        self._arrived.set()
        self._leave.wait(LIMIT)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MAIN])
def test_a_thread_knows_its_role(role: Role) -> None:
    held = Held(role)

    with held as thread:
        name = thread.name

    assert held.roles == [role]
    assert name.startswith(f"{PREFIX}{role}-")


def test_the_main_thread_has_the_main_role() -> None:
    assert [role for role in Role if on(role)] == [Role.MAIN]


def test_no_two_threads_have_one_name() -> None:
    names = {thread_name(Role.BUS) for _ in range(1_000)}

    assert len(names) == 1_000


def test_a_thread_that_hangs_does_not_keep_the_program_alive() -> None:
    with Held(Role.LOG) as thread:
        assert thread.daemon


def test_threads_are_counted_by_role() -> None:
    with Held(Role.LOG), Held(Role.BUS), Held(Role.BUS):
        counts = census()

    assert counts == {Role.LOG: 1, Role.BUS: 2}
    assert census() == {}


def test_every_role_may_have_one_thread_but_for_the_pool() -> None:
    allotted = allotment(workers=7, plugin_calls=15)

    assert set(allotted) == set(Role)
    assert allotted[Role.BUS] == 7
    assert allotted[Role.PLUGIN] == 15
    assert allotted[Role.PROBE] == PROBES
    pools = {Role.BUS, Role.PLUGIN, Role.PROBE}
    assert {allotted[role] for role in Role if role not in pools} == {1}


def test_the_default_budget_has_room_for_every_role_and_more() -> None:
    assert sum(allotment(WORKERS).values()) <= THREADS


@pytest.mark.parametrize("name", ["asyncio_0", "brum-lantern-1", "brum-"])
def test_foreign_threads_are_not_counted(name: str) -> None:
    leave = threading.Event()
    foreign = threading.Thread(target=leave.wait, args=(LIMIT,), name=name)
    foreign.start()

    counts = census()
    leave.set()
    foreign.join(LIMIT)

    assert counts == {}


def test_every_role_is_explained() -> None:
    table = threads.__doc__ or ""

    assert all(f"\n{role} " in table for role in Role)
