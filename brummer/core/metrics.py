"""Counters and gauges in the text format that Prometheus reads.

Nothing is counted here: the parts count for themselves, and tell when asked.
The format is version 0.0.4 of the exposition format.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from brummer.model.script import NOTHING

#: Comes before every name.
PREFIX = "brummer_"


class Kind(StrEnum):
    """Whether a value only ever grows."""

    COUNTER = "counter"
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One value; *about* says what it is, *labels* tell it from its siblings."""

    name: str
    about: str
    value: float
    kind: Kind = Kind.GAUGE
    labels: Mapping[str, str] = field(default_factory=lambda: NOTHING)

    @property
    def sample(self) -> str:
        """Name and labels as the format has them."""
        pairs = ",".join(
            f'{key}="{_escaped(text)}"' for key, text in self.labels.items()
        )
        return PREFIX + self.name + (f"{{{pairs}}}" if pairs else "")


def exposition(metrics: Iterable[Metric]) -> str:
    """Return *metrics* as text; those of one name have to stand together."""
    return "".join(line + "\n" for line in _lines(metrics))


def _lines(metrics: Iterable[Metric]) -> Iterator[str]:
    for name, group in groupby(metrics, key=lambda metric: metric.name):
        siblings = list(group)
        about = siblings[0].about.replace("\\", "\\\\").replace("\n", "\\n")
        yield f"# HELP {PREFIX}{name} {about}"
        yield f"# TYPE {PREFIX}{name} {siblings[0].kind}"
        for metric in siblings:
            yield f"{metric.sample} {_number(metric.value)}"


def values(metrics: Iterable[Metric]) -> dict[str, float]:
    """Return *metrics* as a table by name and labels."""
    return {metric.sample: metric.value for metric in metrics}


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) else repr(value)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
