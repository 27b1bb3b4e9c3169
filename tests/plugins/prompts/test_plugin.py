import brummer_prompts
from tests.plugins.reading import Reader


def listed() -> list[dict[str, object]]:
    (command,) = brummer_prompts.brummer_commands()
    assert (command.name, command.parameters) == ("prompts.list", ())
    rows: object = command.run()
    assert isinstance(rows, list)
    return rows


def test_a_question_is_listed_until_it_is_answered() -> None:
    brummer_prompts.brummer_configure()
    reader = Reader(*brummer_prompts.brummer_detectors())
    reader.read("Password: ")
    reader.rest()
    brummer_prompts.brummer_finding(reader.found[-1])
    asked = listed()

    reader.read("\n")
    brummer_prompts.brummer_finding(reader.found[-1])

    assert asked == [
        {
            "process": "web-1",
            "question": "Password:",
            "want": "password",
            "line": 0,
            "time": 1.0,
        }
    ]
    assert listed() == []
