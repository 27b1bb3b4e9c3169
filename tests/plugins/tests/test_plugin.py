import brummer
import brummer_tests
from tests.plugins.reading import Reader
from tests.plugins.states import PluginApp, state

STARTS = "====== test session starts ======\n"


def plugin() -> tuple[PluginApp, Reader]:
    """Return a program and a log with the plugin."""
    app = PluginApp()
    brummer_tests.brummer_configure(app)
    return app, Reader(*brummer_tests.brummer_detectors())


def listed() -> list[dict[str, object]]:
    (command,) = brummer_tests.brummer_commands()
    assert (command.name, command.parameters) == ("tests.list", ())
    rows: object = command.run()
    assert isinstance(rows, list)
    return rows


def tell(reader: Reader) -> None:
    for finding in reader.found:
        brummer_tests.brummer_finding(finding)


def test_runs_are_listed() -> None:
    _, reader = plugin()
    reader.read(f"{STARTS}FAILED a.py::test_b\n==== 1 failed, 2 passed in 0.50s ====\n")

    tell(reader)

    assert listed() == [
        {
            "process": "web-1",
            "tool": "pytest",
            "state": "failed",
            "passed": 2,
            "failed": 1,
            "skipped": 0,
            "seconds": 0.5,
            "tests": ["a.py::test_b"],
            "more": 0,
            "line": 2,
            "time": 1.0,
        }
    ]


def test_the_end_of_a_process_stops_its_run() -> None:
    app, reader = plugin()
    reader.read(STARTS)
    tell(reader)
    brummer_tests.brummer_process_changed(state(brummer.ProcessStatus.RUNNING))
    assert app.findings == []

    brummer_tests.brummer_process_changed(state(brummer.ProcessStatus.FAILED))
    for finding in app.findings:
        brummer_tests.brummer_finding(finding)

    assert [row["state"] for row in listed()] == ["stopped"]
