import pytest

from brummer.mcp import schema
from brummer.mcp.compact import compacted
from brummer.model.tool import READS, Tool


def tool(description: str) -> Tool:
    return Tool(
        name="light",
        title="Light",
        description=description,
        run=print,
        parameters=schema.arguments(
            colour=schema.text("which", "red", choices=("red", "blue"))
        ),
        result=schema.result(colour={"type": "string"}),
        effect=READS,
    )


@pytest.mark.parametrize(
    ("whole", "first"),
    [
        ("Lights.", "Lights."),
        ("Lights up. At once.", "Lights up."),
        ("Reads package.json files (a.b). More.", "Reads package.json files (a.b)."),
    ],
)
def test_of_a_description_the_first_sentence_is_left(whole: str, first: str) -> None:
    assert compacted(tool(whole)).description == first


def test_arguments_keep_what_they_can_be() -> None:
    few = compacted(tool("Lights."))

    assert few.result is None
    assert few.parameters["properties"] == {
        "colour": {"type": "string", "enum": ["red", "blue"], "default": "red"}
    }
    assert few.parameters["additionalProperties"] is False
    assert few.effect is READS
