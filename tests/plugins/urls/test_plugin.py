from pathlib import Path

import brummer
import brummer_urls
from tests.plugins.project import FakeSettings
from tests.plugins.urls.lines import entry


def state(status: brummer.ProcessStatus) -> brummer.ProcessState:
    return brummer.ProcessState(
        id=brummer.ProcessId("web-1"),
        name="web",
        script=brummer.ScriptId("node:web"),
        command="serve",
        folder=Path(),
        status=status,
    )


def listed() -> object:
    (command,) = brummer_urls.brummer_commands()
    return command.run()


def test_a_server_is_listed_from_its_announcement_to_its_end() -> None:
    brummer_urls.brummer_configure(FakeSettings())
    (detector,) = brummer_urls.brummer_detectors()
    url = {"url": "http://localhost:1/", "label": "Local", "process": "web-1"}

    for finding in detector.detect(entry("Local: http://localhost:1")):
        brummer_urls.brummer_finding(finding)
    brummer_urls.brummer_process_changed(state(brummer.ProcessStatus.RUNNING))

    assert listed() == [url]

    brummer_urls.brummer_process_changed(state(brummer.ProcessStatus.SUCCESS))

    assert listed() == []
    assert len(detector.detect(entry("Local: http://localhost:1"))) == 1


def test_the_command_has_a_name_and_needs_nothing() -> None:
    (command,) = brummer_urls.brummer_commands()

    assert command.name == "urls.list"
    assert command.parameters == ()


def test_the_user_can_name_further_hosts() -> None:
    brummer_urls.brummer_configure(FakeSettings(hosts=("shop.test",)))
    (detector,) = brummer_urls.brummer_detectors()

    assert len(detector.detect(entry("ready at http://shop.test:81"))) == 1
