"""Who hears of what happens: the program itself, and its plugins."""

import logging

from brummer.app.conflict import PortAnswer
from brummer.app.engine import Engine
from brummer.core.bus import EventBus
from brummer.model.event import (
    ComponentFailed,
    FindingReported,
    ProcessChanged,
    ThresholdCrossed,
)
from brummer.plugin.host import PluginHost

logger = logging.getLogger(__name__)


def subscribe(bus: EventBus, host: PluginHost, engine: Engine, instance: str) -> None:
    """Have everybody told who wants to be."""
    bus.subscribe(ComponentFailed, _log_failure, name="failure log")
    bus.subscribe(ThresholdCrossed, _log_threshold, name="threshold log")
    answer = PortAnswer(engine.log.note, instance)
    bus.subscribe(FindingReported, answer, name="port conflicts")
    bus.subscribe(ProcessChanged, engine.past.hear, name="history")
    if host.implements("brummer_process_changed"):
        bus.subscribe(
            ProcessChanged,
            lambda event: host.process_changed(event.before, event.after),
            name="plugins, processes",
        )
    if host.implements("brummer_finding"):
        bus.subscribe(
            FindingReported,
            lambda event: host.finding(event.finding),
            name="plugins, findings",
        )


def _log_failure(event: ComponentFailed) -> None:
    logger.error("%s failed: %s\n%s", event.component, event.cause, event.stack)


def _log_threshold(event: ThresholdCrossed) -> None:
    logger.warning(
        "%s: %.1f %s, limit %.1f", event.name, event.value, event.unit, event.limit
    )
