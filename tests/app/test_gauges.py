"""Tests of the counters of all parts."""

from typing import Any

from tests.app.conftest import Bench
from tests.support.wait import wait_until


def test_the_counters_count_what_happened(bench: Bench) -> None:
    application = bench.application()
    application.start(["echo one; echo two; exit 3"], ())

    def values() -> dict[str, float]:
        answer: Any = application.instance.run("metrics.read").result(20)
        found: dict[str, float] = answer["values"]
        return found

    wait_until(lambda: values().get('brummer_processes{status="failed"}') == 1)
    wait_until(lambda: values()["brummer_log_lines_total"] >= 3)
    assert values()['brummer_threads{role="pump"}'] == 1
    wait_until(lambda: values()["brummer_events_handled_total"] > 0)
    assert values()["brummer_threads_leaked"] == 0
    assert values()["brummer_lines_unseen_total"] == 0
    assert values()['brummer_event_slowest_seconds{subscriber="failure log"}'] >= 0


def test_the_text_has_a_head_for_each_metric(bench: Bench) -> None:
    answer: Any = bench.application().instance.run("metrics.read").result(20)

    lines = answer["text"].splitlines()
    heads = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(heads) == len(set(heads))
    assert "brummer_memory_bytes" in heads
