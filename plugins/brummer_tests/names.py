"""The names in Mocha's list of failed tests, which take several lines each."""

import re
from typing import Final

import brummer
from brummer_tests.run import Run

#: ``  1) cart``, then ``       adds:``; the last part of a name ends with a colon.
_HEAD: Final = re.compile(r"^ {2}\d+\) (?P<part>\S.*)$")
_PART: Final = re.compile(r"^ {5,}(?P<part>\S.*)$")


class Names:
    """Collects the names of the tests that failed in *run*.

    Threads: the log thread's.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._parts: list[str] = []
        self._is_named = False

    def take(self, entry: brummer.LogEntry, /) -> brummer.Claim:
        """Read one more line; none is kept from others."""
        if self._run.is_past or not self._run.is_over:
            return brummer.Claim.OVER
        text = brummer.plain(entry.data)
        found = _HEAD.match(text) or (_PART.match(text) if self._parts else None)
        if found is None:
            self._parts.clear()
            return brummer.Claim.OTHER
        self._parts.append(found["part"])
        if found["part"].endswith(":"):
            self._run.name(" > ".join(self._parts).removesuffix(":"))
            self._parts.clear()
            self._is_named = True
        return brummer.Claim.OTHER

    def finish(self) -> tuple[brummer.Finding, ...]:
        """Return the run with the names."""
        is_news = self._is_named and not self._run.is_past
        return (self._run.finding(),) if is_news else ()
