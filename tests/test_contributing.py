"""The concurrency guide: its examples do what it says, its tables are complete."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / ".github" / "CONTRIBUTING.rst").read_text("utf-8")
CODE = sorted((ROOT / "brummer").rglob("*.py"))

EXAMPLE = re.compile(
    r"^\.\. code-block:: python\n   :class: (right|wrong)\n\n((?:   .*\n|\n)+)",
    re.MULTILINE,
)
EXAMPLES = [
    pytest.param(kind, re.sub(r"^ {3}", "", text, flags=re.MULTILINE), id=f"{kind}-{n}")
    for n, (kind, text) in enumerate(EXAMPLE.findall(GUIDE))
]


@pytest.mark.parametrize(("kind", "text"), EXAMPLES)
def test_a_right_example_holds_and_a_wrong_one_fails(kind: str, text: str) -> None:
    program = compile(text, f"<{kind} example>", "exec")

    if kind == "right":
        exec(program, {})
    else:
        with pytest.raises((AssertionError, RuntimeError)):
            exec(program, {})


def test_each_rule_is_shown_both_ways() -> None:
    kinds = [kind for kind, _ in EXAMPLE.findall(GUIDE)]

    assert len(kinds) >= 10
    assert kinds.count("right") == kinds.count("wrong")


@pytest.mark.parametrize(
    ("section", "pattern"),
    [
        ("locks", r"\b(?:Lock|Condition|Semaphore)\(\)|MeasuredLock\("),
        ("queues", r"\bqueue\.(?:Simple)?Queue\b"),
    ],
)
def test_the_guide_names_every_module_that_holds_one(
    section: str, pattern: str
) -> None:
    table = GUIDE.partition(f".. {section}\n")[2].partition("\n\n\n")[0]
    told = set(
        re.findall(r"^\* ``(\S+)``", table.partition("\nThese ")[0], re.MULTILINE)
    )

    held = {
        str(path.relative_to(ROOT / "brummer"))
        for path in CODE
        if re.search(pattern, path.read_text("utf-8"))
    }

    assert told == held
