from typing import Any

import brummer
from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessId
from brummer.model.script import ScriptId
from brummer.plugin.discovery import Discovery
from brummer.plugin.host import PluginHost
from brummer.plugin.settings import Configuration
from brummer.testing import FakeApp
from tests.support.plugin import found, host_of, plugin


def finding() -> Finding:
    return Finding(
        kind=FindingKind.ERROR, title="oh", process=ProcessId("dev-1"), time=1.0
    )


def test_what_a_plugin_may_do_reaches_the_program() -> None:
    done: list[object] = []

    def brummer_startup(app: brummer.App) -> None:
        state = app.start(ScriptId("node:dev")).result()
        done.extend(app.processes())
        done.append(app.stop(state.id).result().status)
        app.report(finding())
        app.run("lantern.light", colour="red")

    module = plugin(brummer_startup=brummer_startup)
    program = FakeApp()
    host = PluginHost(Discovery(plugins=(found("a", lambda: module),)))
    host.load()
    host.configure(program, Configuration())

    host.startup()

    assert done == ["dev-1", "stopped"]
    assert program.findings == [finding()]
    assert program.ran == [("lantern.light", {"colour": "red"})]


def test_a_finding_that_is_none_is_refused_where_it_is_reported() -> None:
    def brummer_startup(app: brummer.App) -> None:
        no_finding: Any = "no finding"
        app.report(no_finding)

    host = host_of({"a": plugin(brummer_startup=brummer_startup)})

    host.startup()

    assert "not a Finding" in host.report()[0].error
