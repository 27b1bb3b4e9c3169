"""Tests of the instance in the same process."""

import threading
from collections.abc import Iterator, Mapping

import pytest

from brummer.core.looking import Looking
from brummer.errors import UsageError
from brummer.model.log import LogEntry
from tests.app.conftest import Bench
from tests.support.wait import LIMIT, wait_until


def taken(looking: Looking, changed: threading.Event) -> Iterator[Mapping[str, object]]:
    """Yield what is found, until that is all."""
    state: object = "running"
    while state == "running":
        part = looking.take()
        state = part["state"]
        yield part
        if state == "running":
            assert changed.wait(LIMIT)
            changed.clear()


def entries(part: Mapping[str, object]) -> list[LogEntry]:
    """Return the lines in a part."""
    found = part["entries"]
    assert isinstance(found, list)
    return found


def test_a_search_is_watched_while_the_program_runs(bench: Bench) -> None:
    application = bench.application("filters.loud=stream:stderr")
    instance, changed = application.instance, threading.Event()
    application.start(["echo one; echo two >&2; echo three >&2"], ())
    wait_until(lambda: any(p.is_finished for p in instance.processes().values()))

    looking = instance.log_search(changed.set, {"filters": ["@loud"]}).result(LIMIT)
    parts = list(taken(looking, changed))

    found = [entry.text for part in parts for entry in entries(part)]
    (process,) = instance.processes()
    assert found == ["three", "two"]
    assert parts[-1]["counts"] == {process: 2}
    assert parts[-1]["scanned"] == parts[-1]["total"]


def test_a_wrong_question_is_told_to_whoever_asks(bench: Bench) -> None:
    instance = bench.application().instance

    asked = instance.log_search(lambda: None, {"filters": ["level>=loud"]})

    with pytest.raises(UsageError, match="column 8"):
        asked.result(LIMIT)
