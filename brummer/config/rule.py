"""What one setting may be, and how to read it.

A rule reads a value twice over: as TOML has it (:meth:`Rule.read`) and as a
person types it in a variable or an option (:meth:`Rule.parse`).  Either returns
what :class:`~brummer.config.settings.Settings` holds, or raises
:class:`ValueError` with what is allowed instead.
"""

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Final, get_args, get_origin

from typing_extensions import override

from brummer.config.settings import Limits
from brummer.config.text import hint, shown

#: What a person may write behind a number, by the unit of the setting, and how
#: many of that unit it is.
UNITS: Final[Mapping[str, Mapping[str, float]]] = {
    "s": {"ms": 0.001, "s": 1, "m": 60, "h": 3600},
    "ms": {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000},
    "B": {"B": 1, "kB": 1000, "KiB": 1024, "MB": 1000**2, "MiB": 1024**2}
    | {"GB": 1000**3, "GiB": 1024**3},
    "MB": {"MB": 1, "GB": 1000},
}

_WORDS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}

_QUANTITY: Final = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([A-Za-z]+)", re.ASCII)

#: What nothing that we hand text to (paths, commands, variables) takes: NUL, and
#: what Python makes of bytes in the environment that are not UTF-8.
_UNUSABLE: Final = re.compile("[\0\ud800-\udfff]")


class Rule(ABC):
    """What a value may be; *expected* says it in words."""

    def __init__(self, expected: str) -> None:
        self.expected = expected

    def refuse(self, value: object, more: str = "") -> ValueError:
        """Return the error for *value*."""
        return ValueError(f"is {shown(value)}, but takes {self.expected}{more}")

    @abstractmethod
    def read(self, value: object) -> object:
        """Return the setting for a value out of a TOML document.

        :raises ValueError: if *value* is not allowed.
        """

    @abstractmethod
    def parse(self, text: str) -> object:
        """Return the setting for what a person typed.

        :raises ValueError: if it is not allowed.
        """


class Switch(Rule):
    """On or off."""

    def __init__(self) -> None:
        super().__init__("true or false")

    @override
    def read(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise self.refuse(value)
        return value

    @override
    def parse(self, text: str) -> bool:
        known = _WORDS.get(text.strip().lower())
        if known is None:
            raise self.refuse(text)
        return known


class Number(Rule):
    """A number between limits, perhaps of a unit; *whole* ones have no fraction."""

    def __init__(self, limits: Limits, *, whole: bool) -> None:
        self._low = limits.get("minimum", -math.inf)
        self._high = limits.get("maximum", math.inf)
        self._units = UNITS.get(limits.get("unit", ""), {})
        self._whole = whole
        super().__init__(self._described(limits))

    def _described(self, limits: Limits) -> str:
        kind = "a whole number" if self._whole else "a number"
        if "unit" in limits:
            kind += f" of {limits['unit']}"
        if self._low == self._high:
            kind = f"only {self._low:.15g}"
        elif self._high < math.inf:
            kind += f" from {self._low:.15g} to {self._high:.15g}"
        if self._units:
            kind += f", or one with a unit ({', '.join(self._units)})"
        return kind

    @override
    def read(self, value: object) -> int | float:
        if isinstance(value, str) and self._units:
            return self._quantity(value)
        allowed = int if self._whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, allowed):
            raise self.refuse(value)
        return self._bounded(value, value)

    @override
    def parse(self, text: str) -> int | float:
        try:
            number = int(text) if self._whole else float(text)
        except ValueError:
            return self._quantity(text)
        return self._bounded(number, text)

    def _quantity(self, text: str) -> int | float:
        found = _QUANTITY.fullmatch(text.strip())
        if found is None or found[2] not in self._units:
            raise self.refuse(text)
        # Rounded away: 0.001 is not exact, so that "70ms" would be 0.07 and a bit.
        number = round(float(found[1]) * self._units[found[2]], 9)
        return self._bounded(number, text)

    def _bounded(self, number: float, written: object) -> int | float:
        # Said so that it is false for "not a number", which TOML can write.
        if not self._low <= number <= self._high:
            raise self.refuse(written)
        if not self._whole:
            return float(number)
        if number != int(number):
            raise self.refuse(written)
        return int(number)


class Text(Rule):
    """A string, or one of a few."""

    def __init__(self, limits: Limits) -> None:
        self._choices = limits.get("choices", ())
        listed = " or ".join(choice or '""' for choice in self._choices)
        super().__init__(limits.get("takes") or listed or "text in quotes")

    @override
    def read(self, value: object) -> str:
        if not isinstance(value, str):
            raise self.refuse(value)
        if self._choices and value not in self._choices:
            raise self.refuse(value, hint(value, self._choices))
        if _UNUSABLE.search(value):
            raise self.refuse(value, " without NUL, and in UTF-8")
        return value

    @override
    def parse(self, text: str) -> str:
        return self.read(text)


class Texts(Rule):
    """Any number of strings."""

    def __init__(self) -> None:
        super().__init__("a list of texts")
        self._each = Text({})

    @override
    def read(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list | tuple):
            raise self.refuse(value)
        if not all(isinstance(one, str) for one in value):
            raise self.refuse(value)
        return tuple(self._each.read(one) for one in value)

    @override
    def parse(self, text: str) -> tuple[str, ...]:
        if text.lstrip().startswith("["):
            raise self.refuse(text, " with commas between them")
        parts = (part.strip() for part in text.split(","))
        return self.read([part for part in parts if part])


class Numbers(Rule):
    """Exactly *count* whole numbers."""

    def __init__(self, limits: Limits, count: int) -> None:
        self._each = Number(limits, whole=True)
        self._count = count
        super().__init__(f"a list of {count}, each {self._each.expected}")

    @override
    def read(self, value: object) -> tuple[int | float, ...]:
        if not isinstance(value, list | tuple) or len(value) != self._count:
            raise self.refuse(value)
        try:
            return tuple(self._each.read(one) for one in value)
        except ValueError:
            raise self.refuse(value) from None

    @override
    def parse(self, text: str) -> tuple[int | float, ...]:
        try:
            return self.read([self._each.parse(part) for part in text.split(",")])
        except ValueError:
            raise self.refuse(text) from None


def rule_for(annotation: object, limits: Limits) -> Rule:
    """Return the rule for a field of that type.

    :raises TypeError: if there is none, which is a mistake in the settings.
    """
    if annotation is bool:
        return Switch()
    if annotation in {int, float}:
        return Number(limits, whole=annotation is int)
    if annotation is str:
        return Text(limits)
    if get_origin(annotation) is tuple:
        members = get_args(annotation)
        return Texts() if ... in members else Numbers(limits, len(members))
    raise TypeError(f"no rule for settings of type {annotation}")
