"""What web has said, and what of it the screen shows."""

from tests.support.instance import EPOCH, FakeInstance
from tests.tui.stage import Stage

#: What web says: one line a second.
LINES = (
    *(f"line {n}" for n in range(40)),
    "WARN slow query",
    *(f"line {n}" for n in range(41, 60)),
    "ERROR it broke",
    "Timeout of api",
    *(f"line {n}" for n in range(62, 100)),
    "ERROR once more",
    "timeout",
    "line 102",
)


def reading() -> Stage:
    """Return a stage on which the log of web is read."""
    fake = FakeInstance()
    process = fake.add_process("web").id
    for number, line in enumerate(LINES):
        fake.print(process, line, time=EPOCH + number)
    stage = Stage(fake)
    stage.press("3", "]")
    stage.lines()
    return stage


def title(stage: Stage) -> str:
    return stage.lines()[1]


def foot(stage: Stage) -> str:
    return stage.lines()[-1]


def body(stage: Stage) -> list[str]:
    """Return the text of the lines that are shown."""
    return [line[9:] for line in stage.lines()[2:-1] if line]


def current(stage: Stage) -> str:
    """Return the current line."""
    canvas = stage.frame.render(stage.size, focus=True)
    for row in list(canvas.content())[2:-1]:
        if row[0][0] == "select":
            return b"".join(run[2] for run in row).decode()[9:].strip()
    return ""


def lit(stage: Stage) -> list[str]:
    """Return what is highlighted."""
    canvas = stage.frame.render(stage.size, focus=True)
    return [
        data.decode()
        for row in canvas.content()
        for attribute, _, data in row
        if attribute in {"hit", "hit on"}
    ]
