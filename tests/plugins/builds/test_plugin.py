import brummer
import brummer_builds
from tests.plugins.reading import Reader
from tests.plugins.states import PluginApp, state


def plugin() -> tuple[PluginApp, Reader]:
    """Return a program and a log with the plugin."""
    app = PluginApp()
    brummer_builds.brummer_configure(app)
    return app, Reader(*brummer_builds.brummer_detectors())


def listed() -> list[dict[str, object]]:
    (command,) = brummer_builds.brummer_commands()
    assert (command.name, command.parameters) == ("builds.list", ())
    rows: object = command.run()
    assert isinstance(rows, list)
    return rows


def tell(*findings: brummer.Finding) -> None:
    for finding in findings:
        brummer_builds.brummer_finding(finding)


def test_builds_are_listed() -> None:
    _, reader = plugin()
    reader.read("webpack 5.112.2 compiled with 1 error in 70 ms\n")

    tell(*reader.found)

    assert listed() == [
        {
            "process": "web-1",
            "tool": "webpack",
            "state": "failed",
            "errors": 1,
            "warnings": 0,
            "seconds": 0.07,
            "line": 0,
            "time": 1.0,
        }
    ]


def test_a_build_of_another_plugin_may_say_something_else() -> None:
    plugin()
    details = {"errors": "some", "seconds": "a few"}

    tell(
        brummer.Finding(
            kind=brummer.FindingKind.BUILD,
            title="make: failed",
            process=brummer.ProcessId("web-1"),
            time=2.0,
            details=details,
        )
    )

    assert [(row["errors"], row["seconds"]) for row in listed()] == [(0, None)]


def test_the_end_of_a_process_is_that_of_its_build() -> None:
    app, reader = plugin()
    reader.read("   Compiling shop v0.1.0 (/srv/shop)\n")
    tell(*reader.found)
    brummer_builds.brummer_process_changed(state(brummer.ProcessStatus.RUNNING))
    before = [row["state"] for row in listed()]

    brummer_builds.brummer_process_changed(state(brummer.ProcessStatus.SUCCESS))
    tell(*app.findings)

    assert before == ["building"]
    assert [row["state"] for row in listed()] == ["ok"]
