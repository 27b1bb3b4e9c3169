"""What people type into processes, as lines of the log.

Children's terminals do not echo, so the log is the only place where one can see
what was typed.  Passwords must not get there.
"""

import re
from typing import Final

from brummer.core.instance import Instance
from brummer.logs import ansi
from brummer.model.log import Stream
from brummer.model.process import ProcessId

#: What stands before a line that was typed.
MARK: Final = "> "

#: What is stored in place of a line that nobody should read.
HIDDEN: Final = b"> (hidden)\n"

#: What ends a line that is typed.
_ENTER: Final = (b"\n", b"\r")

#: Lines, and characters of each, that are shown of a text that was typed at once.
_LINES: Final = 20
_CHARACTERS: Final = 2_000

#: Keys that are no text, as people write them.
_KEYS: Final = {**{code: f"^{chr(code + 64)}" for code in range(32)}, 127: "^?"}

#: Bytes at the end of an unterminated line in which a question is looked for.
_LOOKED_AT: Final = 512

#: What is asked for, in the languages that sudo, ssh, gpg and npm are met in, and
#: the end of a question.  What may stand between is bounded, so that a look stays
#: cheap.
_QUESTION: Final = re.compile(
    r"(?:pass(?:word|wort|phrase|code)|mot de passe|contrase\u00f1a|\bsenha\b"
    r"|\b(?:pin|otp|token|secret|credentials?)\b).{0,160}[:?>]\s*$",
    re.IGNORECASE,
)


class Veil:
    """Knows which lines are hidden that are typed piece by piece.

    Threads: the one that writes to the log only.
    """

    def __init__(self) -> None:
        #: Who was sent a part of a line that nobody should read.
        self._begun: set[ProcessId] = set()

    def hides(self, process: ProcessId, data: bytes, *, secret: bool) -> bool:
        """Whether to hide *data*: if it is *secret*, or goes on where that was."""
        hidden = secret or process in self._begun
        if hidden and not data.endswith(_ENTER):
            self._begun.add(process)
        else:
            self._begun.discard(process)
        return hidden

    def lift(self, process: ProcessId) -> None:
        """Forget *process*, which reads no more."""
        self._begun.discard(process)


def as_typed(data: bytes) -> bytes:
    """Return *data*, which was typed, as lines for the log.

    Of a whole file the first lines are shown and the others counted.
    """
    lines = data.removesuffix(b"\n").split(b"\n")
    shown = [_shown(line[: 4 * _CHARACTERS]) for line in lines[:_LINES]]
    if len(lines) > _LINES:
        shown.append(f"and {len(lines) - _LINES:,} more lines")
    return "".join(f"{MARK}{line}\n" for line in shown).encode()


def _shown(line: bytes) -> str:
    text = line.decode("utf-8", "replace").removesuffix("\r")
    more = "..." if len(text) > _CHARACTERS else ""
    return text[:_CHARACTERS].translate(_KEYS) + more


def asks_for_secret(line: bytes) -> bool:
    """Whether *line*, which has no end yet, asks for a password or the like.

    A guess: a terminal without echo cannot be told from one where somebody has
    just switched it off.  ``Password:``, ``[sudo] password for kim:`` and ``Enter
    PIN for 'key':`` do.
    """
    last = line[-_LOOKED_AT:].rstrip(b"\r").rpartition(b"\r")[2]
    return _QUESTION.search(ansi.strip(last).decode("utf-8", "replace")) is not None


def awaits_secret(instance: Instance, process: ProcessId) -> bool:
    """Whether the last thing that *process* said asks for a password."""
    end = instance.log_extent(process).end
    # Each stream can have one line without an end, and these stand last.
    last = instance.log_window(end - len(Stream), len(Stream), process)
    return any(e.partial and asks_for_secret(e.data) for e in last.entries)
