"""Texts of a certain form: addresses, URLs, patterns, conditions."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from typing_extensions import override

from brummer.config.rule import Rule, Text
from brummer.config.settings import Limits
from brummer.config.text import hint
from brummer.model.readiness import Until

#: What stands between ``log`` and its pattern in a condition.
_SEPARATOR: Final = ":"

_LARGEST: Final = 65_535

#: A host with a port; an address of IPv6 stands in brackets.
_PLACE: Final = re.compile(r"(?:(\[[0-9A-Fa-f:.%]+\]|[^\s:/\[\]@]+):)?(\d{1,5})")

_URL: Final = re.compile(
    r"https?://(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]@?#]+)(:\d{1,5})?"
    r"([/?][!-~]*)?"
)


class _Formed(Text, ABC):
    """A text that has to be like *pattern*; empty for none."""

    def __init__(self, limits: Limits, expected: str) -> None:
        super().__init__(limits)
        self.expected = expected

    @override
    def read(self, value: object) -> str:
        text = super().read(value)
        if text:
            self.check(text)
        return text

    @abstractmethod
    def check(self, text: str) -> None:
        """Raise :class:`ValueError` if *text* has not the form."""


class Place(_Formed):
    """A port, or a host with a port."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits, 'a port, or "host:port"')

    @override
    def read(self, value: object) -> str:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return super().read(str(value) if is_number else value)

    @override
    def check(self, text: str) -> None:
        found = _PLACE.fullmatch(text)
        if found is None or not 0 < int(found[2]) <= _LARGEST:
            raise self.refuse(text)


class Url(_Formed):
    """The address of a page."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits, "a URL that begins with http:// or https://")

    @override
    def check(self, text: str) -> None:
        found = _URL.fullmatch(text)
        if found is None or not 0 < int((found[2] or ":1")[1:]) <= _LARGEST:
            raise self.refuse(text)


class Pattern(_Formed):
    """A regular expression."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits, "a regular expression in the syntax of RE2")

    @override
    def check(self, text: str) -> None:
        # Here, because most projects have no pattern, and so no need of an engine.
        import re2

        options = re2.Options()
        options.log_errors = False
        try:
            re2.compile(text, options)
        except re2.error as error:
            said = error.args[0].decode("utf-8", "replace")
            raise self.refuse(text, f" ({said})") from None


class Condition(_Formed):
    """How far another script must have come."""

    def __init__(self, limits: Limits) -> None:
        names = [str(one) for one in Until if one is not Until.LINE]
        super().__init__(limits, f"{', '.join(names)} or log:PATTERN")
        self._names = names
        self._pattern = Pattern(limits)

    @override
    def check(self, text: str) -> None:
        word, separator, pattern = text.partition(_SEPARATOR)
        if separator and word == Until.LINE and pattern:
            self._pattern.check(pattern)
        elif text not in self._names:
            raise self.refuse(text, hint(text, self._names))


#: The forms by the name that a setting asks for them.
FORMS: Final[Mapping[str, Callable[[Limits], Rule]]] = MappingProxyType(
    {"place": Place, "url": Url, "pattern": Pattern, "condition": Condition}
)
