"""Tests of what trees of processes use."""

import os
import socket
from collections.abc import Mapping, Sequence

from brummer.core.usage import Sampler
from brummer.model.process import ProcessId
from tests.support.clock import FakeClock

WEB = ProcessId("web-1")
#: Beyond what any kernel gives away.
NOBODY = 2**22 + 7


class Members:
    """Trees that a test changes."""

    def __init__(self, *pids: int) -> None:
        self.trees: Mapping[ProcessId, Sequence[int]] = {WEB: pids}

    def __call__(self) -> Mapping[ProcessId, Sequence[int]]:
        return self.trees


def busy() -> int:
    """Use some processor time."""
    return sum(number * number for number in range(600_000))


def test_memory_and_number_are_known_at_once() -> None:
    sampler = Sampler(Members(os.getpid()), FakeClock())

    usage = sampler.sample()[WEB]

    assert usage.memory > 1_000_000
    assert usage.processes == 1
    assert usage.cpu == 0


def test_processor_time_is_what_was_used_between_two_samples() -> None:
    clock = FakeClock()
    sampler = Sampler(Members(os.getpid()), clock)
    sampler.sample()

    while not sampler.sample()[WEB].cpu:
        busy()
        clock.advance(1)


def test_a_process_that_is_gone_counts_for_nothing() -> None:
    sampler = Sampler(Members(os.getpid(), NOBODY), FakeClock())

    assert sampler.sample()[WEB].processes == 1


def test_a_tree_that_has_ended_is_forgotten() -> None:
    members = Members(os.getpid())
    sampler = Sampler(members, FakeClock())
    sampler.sample()

    members.trees = {}

    assert sampler.sample() == {}


def test_ports_are_those_that_the_tree_listens_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        usage = Sampler(Members(os.getpid()), FakeClock()).sample()[WEB]

        assert server.getsockname()[1] in usage.ports
