from collections.abc import Iterator
from pathlib import Path

import pytest

import brummer
from brummer.errors import BrummerError, PluginError
from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessId, ProcessState
from brummer.model.script import Launch, Script, ScriptId
from brummer.plugin.discovery import Discovery
from brummer.plugin.handle import FAILURES, Surroundings
from brummer.plugin.host import PluginHost
from brummer.plugin.report import PluginState
from brummer.plugin.settings import Configuration
from tests.support.plugin import Failures, HandClock, found, host_of, plugin

ROOT = Path("/project")


def script(name: str = "dev", source: str = "") -> Script:
    return Script(name=name, command=f"run {name}", folder=ROOT, source=source)


def process() -> ProcessState:
    return ProcessState(
        id=ProcessId("dev-1"),
        name="dev",
        script=ScriptId("node:dev"),
        command="run dev",
        folder=ROOT,
    )


def finding() -> Finding:
    return Finding(
        kind=FindingKind.ERROR, title="oh", process=ProcessId("dev-1"), time=1.0
    )


def detects(*names: str) -> object:
    return plugin(brummer_detect_scripts=lambda: [script(n) for n in names])


def test_scripts_of_all_plugins_are_joined_and_carry_their_plugins_name() -> None:
    host = host_of({"node": detects("test", "dev"), "make": detects("test")})

    ids = [one.id for one in host.detect_scripts(ROOT)]

    assert ids == ["make:test", "node:test", "node:dev"]


def test_a_name_that_one_plugin_uses_twice_is_kept_twice() -> None:
    host = host_of({"make": detects("test", "test~2", "test")})

    ids = [one.id for one in host.detect_scripts(ROOT)]

    assert ids == ["make:test", "make:test~2", "make:test~3"]


def test_scripts_may_come_from_a_generator() -> None:
    def brummer_detect_scripts(root: Path) -> Iterator[Script]:
        yield script("one")
        yield script("two")

    host = host_of({"gen": plugin(brummer_detect_scripts=brummer_detect_scripts)})

    assert len(host.detect_scripts(ROOT)) == 2


def launches(word: str) -> object:
    return plugin(
        brummer_launch=lambda script: Launch(argv=(word,), folder=script.folder)
    )


def test_the_first_launch_that_is_an_answer_wins() -> None:
    silent = plugin(brummer_launch=lambda: None)
    host = host_of({"a": silent, "b": launches("b"), "c": launches("c")})

    launch = host.launch(script())

    assert launch is not None
    assert launch.argv == ("b",)


def test_the_plugin_that_detected_a_script_launches_it_only_if_no_other_does() -> None:
    host = host_of({"a": launches("a"), "z": launches("z")})

    launch = host.launch(script(source="a"))

    assert launch is not None
    assert launch.argv == ("z",)


def test_no_plugin_has_to_know_how_to_launch() -> None:
    assert host_of({"make": detects()}).launch(script()) is None


def test_a_complaint_about_a_launch_ends_the_start() -> None:
    def brummer_launch(script: Script) -> None:
        raise BrummerError("pnpm is not installed; run npm i -g pnpm")

    host = host_of({"node": plugin(brummer_launch=brummer_launch)})

    with pytest.raises(BrummerError, match="pnpm is not installed"):
        host.launch(script())

    # Whoever asked says it to the user; the plugin is all right.
    assert host.report()[0].failures == 0
    assert host.report()[0].error == ""


def test_variables_are_joined_and_the_detecting_plugin_is_right() -> None:
    def sets(**variables: str) -> object:
        return plugin(brummer_environment=lambda: variables)

    host = host_of(
        {
            "a": sets(PORT="1", SAME="x"),
            "b": sets(PORT="2", ONLY="b", SAME="x"),
        }
    )

    environment = host.environment(script(source="b"))

    assert environment.variables == {"PORT": "2", "ONLY": "b", "SAME": "x"}
    assert environment.notes == ("PORT is set by b, not by a",)


def test_a_plugin_that_changes_its_answer_later_changes_nothing_of_ours() -> None:
    variables = {"PORT": "1"}
    host = host_of({"a": plugin(brummer_environment=lambda: variables)})
    answer = host.environment(script()).variables

    variables["PORT"] = "2"

    assert answer == {"PORT": "1"}


def test_each_plugin_gets_its_own_settings_and_logger() -> None:
    seen: dict[str, tuple[str, object]] = {}

    def configures(name: str) -> object:
        def brummer_configure(app: brummer.App, settings: brummer.Settings) -> None:
            seen[name] = (app.logger.name, settings.general("mcp_port"))

        return plugin(brummer_configure=brummer_configure)

    host_of({"a": configures("a"), "b": configures("b")})

    assert seen == {"a": ("brummer.plugin.a", 7777), "b": ("brummer.plugin.b", 7777)}


def test_a_late_plugin_is_configured_as_well() -> None:
    seen: list[str] = []
    late = plugin(brummer_configure=lambda app: seen.append(app.logger.name))
    host = host_of({})

    host.add(found("late", lambda: late))

    assert seen == ["brummer.plugin.late"]


def test_a_plugin_whose_configuration_fails_is_asked_nothing_more() -> None:
    def brummer_configure(settings: brummer.Settings) -> None:
        settings.parse(Configuration)

    module = plugin(
        brummer_configure=brummer_configure,
        brummer_detect_scripts=lambda: [script()],
    )
    host = host_of({"bad": module}, settings={"bad": {"colour": "red"}})

    assert host.detect_scripts(ROOT) == ()
    [report] = host.report()
    assert report.state is PluginState.BROKEN
    assert "plugins.bad.colour is unknown" in report.error


def test_notifications_come_in_order_from_startup_to_shutdown() -> None:
    seen: list[str] = []
    host = host_of(
        {
            "a": plugin(
                brummer_startup=lambda: seen.append("startup"),
                brummer_process_changed=lambda after: seen.append(after.id),
                brummer_finding=lambda finding: seen.append(finding.title),
                brummer_shutdown=lambda: seen.append("shutdown"),
            )
        }
    )

    host.startup()
    host.process_changed(None, process())
    host.finding(finding())
    late = host.shutdown()
    host.finding(finding())

    assert seen == ["startup", "dev-1", "oh", "shutdown"]
    assert late == ()
    assert host.report()[0].dropped == 1
    assert host.shutdown() == ()


def test_every_plugin_is_shut_down_whatever_the_others_do() -> None:
    seen: list[str] = []

    def leaves() -> None:
        raise SystemExit(3)

    host = host_of(
        {
            "a": plugin(brummer_shutdown=leaves),
            "b": plugin(brummer_shutdown=lambda: seen.append("b")),
        }
    )

    host.shutdown()

    assert seen == ["b"]


def test_a_program_that_never_got_configured_can_be_shut_down() -> None:
    host = PluginHost(brummer_discovery(plugin(brummer_shutdown=lambda: None)))
    host.load()

    assert host.shutdown() == ()


def brummer_discovery(module: object) -> Discovery:
    return Discovery(plugins=(found("a", lambda: module),))


def test_headers_name_their_plugin() -> None:
    host = host_of(
        {
            "just": plugin(brummer_report_header=lambda: "just 1.36\n" + "x" * 900),
            "mute": plugin(brummer_report_header=lambda: None),
        }
    )

    [header] = host.report_headers()

    assert header.startswith("just: just 1.36 xxx")
    assert len(header) < 300


def test_a_command_whose_name_is_taken_is_refused_and_reported() -> None:
    failures = Failures()

    def commands(*names: str) -> object:
        return plugin(
            brummer_commands=lambda: [
                brummer.Command(name=n, title=n, run=lambda: None) for n in names
            ]
        )

    host = host_of(
        {"a": commands("a.x", "process.stop"), "b": commands("a.x", "b.y")},
        Surroundings(report_failure=failures),
    )
    names = [one.name for one in host.commands(taken={"process.stop"})]

    assert names == ["a.x", "b.y"]
    assert "a: : the name 'process.stop' is taken" in failures.text
    assert "b: : the name 'a.x' is taken" in failures.text


def test_whether_anyone_listens_can_be_asked() -> None:
    host = host_of({"a": plugin(brummer_finding=lambda: None)})

    assert host.implements("brummer_finding")
    assert not host.implements("brummer_launch")


def test_what_the_user_has_to_mend_never_switches_a_hook_off() -> None:
    broken = True

    def brummer_detect_scripts(root: Path) -> list[Script]:
        if broken:
            raise BrummerError("/project/package.json:3:5: expected a comma")
        return [script()]

    host = host_of({"node": plugin(brummer_detect_scripts=brummer_detect_scripts)})
    for _ in range(FAILURES + 1):
        host.detect_scripts(ROOT)
    complaint = host.report()[0].error

    broken = False
    scripts = host.detect_scripts(ROOT)

    assert complaint == "/project/package.json:3:5: expected a comma"
    assert len(scripts) == 1
    assert host.report()[0].error == ""


def test_the_time_of_an_import_is_measured() -> None:
    clock = HandClock()

    def load() -> object:
        clock.time += 1.5
        return detects()

    host = PluginHost(
        Discovery(plugins=(found("slow", load),)), Surroundings(clock=clock)
    )
    host.load()

    assert host.report()[0].import_time == 1.5


def test_a_strict_host_raises_what_a_plugin_raises() -> None:
    def brummer_launch(script: Script) -> None:
        raise ZeroDivisionError

    host = host_of(
        {"a": plugin(brummer_launch=brummer_launch)}, Surroundings(strict=True)
    )

    with pytest.raises(ZeroDivisionError):
        host.launch(script())


def test_a_strict_host_raises_what_an_import_raises() -> None:
    def load() -> object:
        raise ImportError("no lantern")

    host = PluginHost(Discovery(plugins=(found("a", load),)), Surroundings(strict=True))

    with pytest.raises(ImportError, match="no lantern"):
        host.load()


def test_a_strict_host_raises_for_a_part_that_is_left_out() -> None:
    with pytest.raises(PluginError, match="did you mean brummer_launch"):
        host_of({"a": plugin(brummer_lauch=lambda: None)}, Surroundings(strict=True))


def test_control_c_passes_and_says_which_plugin_it_interrupted() -> None:
    def load() -> object:
        raise KeyboardInterrupt

    host = PluginHost(Discovery(plugins=(found("slow", load),)))

    with pytest.raises(KeyboardInterrupt) as caught:
        host.load()

    assert caught.value.__notes__ == ["interrupted plugin 'slow' (import)"]


def test_a_complaint_among_the_scripts_costs_none_of_them() -> None:
    failures, well = Failures(), list[str]()
    answers = [
        [script("dev"), BrummerError("a.json: mend a"), BrummerError("b.json: mend b")],
        [script("dev")],
    ]
    lantern = plugin(brummer_detect_scripts=lambda: answers.pop(0))
    around = Surroundings(report_failure=failures, report_recovery=well.append)
    host = host_of({"lantern": lantern}, around)

    first = host.detect_scripts(Path())
    error = host.report()[0].error
    well_before = list(well)
    second = host.detect_scripts(Path())

    assert [one.id for one in first] == [one.id for one in second] == ["lantern:dev"]
    sentence = "a.json: mend a; b.json: mend b"
    assert failures.seen == [("lantern", "brummer_detect_scripts", sentence)]
    assert error == sentence
    assert host.report()[0].failures == 0
    assert (well_before, well) == ([], ["lantern"])


def test_what_is_mended_is_no_recovery_while_something_else_is_wrong() -> None:
    well: list[str] = []
    answers = iter([BrummerError("mend a"), None])

    def brummer_environment() -> None:
        raise ValueError("boom")

    def brummer_detect_scripts() -> None:
        if error := next(answers):
            raise error

    lantern = plugin(
        brummer_environment=brummer_environment,
        brummer_detect_scripts=brummer_detect_scripts,
    )
    host = host_of({"lantern": lantern}, Surroundings(report_recovery=well.append))

    host.detect_scripts(Path())
    host.environment(script())
    host.detect_scripts(Path())

    assert well == []
