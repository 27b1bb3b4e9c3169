"""Tests of all that is done with printed lines, put together."""

from typing import Any

from tests.app.conftest import Bench
from tests.support.wait import wait_until


def test_what_a_process_prints_is_searched_filtered_copied_and_written(
    bench: Bench,
) -> None:
    application = bench.application()
    instance = application.instance

    def run(command: str, /, **arguments: object) -> Any:
        return instance.run(command, **arguments).result(20)

    shell = "printf 'ready\\n\\033[31merror: broken\\033[0m\\n'"
    process = run("command.start", command=shell)["process"]
    wait_until(lambda: instance.processes()[process].is_finished)

    searched = run("logs.search", text="broken", processes=[process])
    filtered = run("logs.filter", filters=["level:error"], process=process)
    copied = run("logs.copy", process=process, every=["level:error"])
    written = run("logs.export", process=process, path="a.html")

    assert searched["count"] == len(filtered["entries"]) == copied["lines"] == 1
    assert copied["text"] == "error: broken\n"
    assert written["path"] == str(bench.folder / "a.html")
    assert (
        'style="color:var(--c1)">error: broken<'
        in (bench.folder / "a.html").read_text()
    )
