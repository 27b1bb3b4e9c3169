"""Tests of children and what they print, put together."""

from collections.abc import Sequence

from brummer.app.application import Application
from brummer.model.log import Segment
from tests.app.conftest import Bench
from tests.support.wait import wait_until


def test_a_process_ends_only_after_its_last_words_are_there(bench: Bench) -> None:
    application = bench.application()

    for number in range(30):
        application.start([f"printf 'last words of {number}'"], ())

    instance = application.instance
    wait_until(
        lambda: (
            len(instance.processes()) == 30
            and all(s.is_finished for s in instance.processes().values())
        )
    )
    for number, state in enumerate(instance.processes().values()):
        first = instance.log_window(0, 1, state.id).entries[0]
        assert first.text == f"last words of {number}"


def test_output_and_errors_are_told_apart(bench: Bench) -> None:
    application = bench.application()

    application.start(["echo out; echo err >&2"], ())

    def streams() -> dict[str, str]:
        entries = application.instance.log_window(0, 9).entries
        return {entry.text: entry.stream for entry in entries}

    wait_until(lambda: len(streams()) >= 2)
    assert streams()["out"] == "stdout"
    assert streams()["err"] == "stderr"


def test_everything_that_is_stored_is_shown_in_order(bench: Bench) -> None:
    shown: list[bytes] = []

    def show(segments: Sequence[Segment]) -> None:
        shown.extend(segment.data for segment in segments)

    application = Application(bench.project(), show=show)
    application.open()
    application.start(["seq 1 5000"], ())
    wait_until(lambda: b"".join(shown).endswith(b"5000\n"))
    application.quit().result(20)
    application.finish().result(20)
    application.close()

    assert b"".join(shown).split()[:5000] == [b"%d" % n for n in range(1, 5001)]


def test_whoever_is_in_a_hurry_before_the_end_begins_is_heard(bench: Bench) -> None:
    application = bench.application("process_manager.grace=600")
    application.start(["trap '' TERM; echo up; sleep 1000"], ())
    wait_until(lambda: application.instance.log_extent().end > 0)

    application.engine.hurry()

    # Far less than the grace: nobody waits for that.
    application.quit().result(20)
    (state,) = application.instance.processes().values()
    assert state.exit_code == 137
