"""How serious a line of the log is."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final


class Level(IntEnum):
    """How serious a line says that it is.

    The numbers are those of Python's :mod:`logging`, with syslog's *notice* and
    the *trace* of nearly everybody else between them.
    """

    TRACE = 5
    DEBUG = 10
    INFO = 20
    NOTICE = 25
    WARN = 30
    ERROR = 40
    FATAL = 50

    @property
    def word(self) -> str:
        """The level as people write it."""
        return self.name.lower()


#: What programs call the levels, in lower case.  Of the short ones some stand for
#: something else in prose, so that where a word stands decides as well.
_NAMES: Final = (
    (Level.TRACE, "trace trac trce trc finest finer silly sill spam"),
    (Level.DEBUG, "debug debg debu dbug dbg fine verbose verb vrb config"),
    (Level.INFO, "info inf information informational log note http system"),
    (Level.INFO, "hint help success ready"),
    (Level.NOTICE, "notice"),
    (Level.WARN, "warn warning wrn"),
    (Level.ERROR, "error err erro eror fail failed failure severe"),
    (Level.FATAL, "fatal fata ftl critical crit alert emerg emergency panic pani"),
    (Level.FATAL, "pnc dpanic"),
)

#: The level that each of those words means.
WORDS: Final[Mapping[str, Level]] = MappingProxyType(
    {word: level for level, words in _NAMES for word in words.split()}
)

#: The levels of syslog (RFC 5424), from 0 on.
SYSLOG: Final = (
    (Level.FATAL,) * 3
    + (Level.ERROR, Level.WARN, Level.NOTICE, Level.INFO)
    + (Level.DEBUG,)
)

#: The levels of bunyan and pino.
BUNYAN: Final[Mapping[int, Level]] = MappingProxyType(
    {
        10: Level.TRACE,
        20: Level.DEBUG,
        30: Level.INFO,
        40: Level.WARN,
        50: Level.ERROR,
        60: Level.FATAL,
    }
)
