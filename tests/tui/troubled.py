"""A stage on which two processes have said errors."""

from tests.support.finding import error, trace
from tests.support.instance import EPOCH, FakeInstance
from tests.tui.stage import Stage


def troubled() -> Stage:
    """Return the stage, with the errors on it."""
    fake = FakeInstance()
    web, worker = (fake.add_process(name).id for name in ("web", "worker"))
    for n in range(30):
        fake.print(web, f"web says {n}", time=EPOCH + n)
    fake.report(error(worker, "Timeout: 10.0.0.4:25", count=3, time=EPOCH - 60))
    fake.report(trace(web, line=10, end=12, count=7, last_seen=EPOCH + 5))
    stage = Stage(fake)
    stage.clock.passed = 7.0
    stage.press("4")
    return stage
