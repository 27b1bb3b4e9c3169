import brummer
from brummer_tests.listing import row


def test_a_run_of_another_plugin_may_say_less() -> None:
    finding = brummer.Finding(
        kind=brummer.FindingKind.TEST,
        title="ctest: all passed",
        process=brummer.ProcessId("web-1"),
        time=2.0,
        type="ctest",
    )

    told = row(finding)

    assert (told["tool"], told["state"], told["tests"]) == ("ctest", "", [])
    assert (told["passed"], told["seconds"]) == (0, None)


def test_a_run_of_another_plugin_may_say_something_else() -> None:
    finding = brummer.Finding(
        kind=brummer.FindingKind.TEST,
        title="ctest: most passed",
        process=brummer.ProcessId("web-1"),
        time=2.0,
        details={"passed": "most", "seconds": "a few"},
    )

    told = row(finding)

    assert (told["passed"], told["seconds"]) == (0, None)
