"""Finds processes that wait for somebody to type."""

from typing import Final

import brummer
from brummer_prompts.question import ABOVE, question, shown

#: Bytes of a line that are looked at: of one that is drawn anew with every key,
#: the last ones.
_LONGEST: Final = 8_000


class PromptDetector:
    """Reports what a process asks when it rests in the middle of a line.

    Threads: keeps nothing; called on the log thread.
    """

    name = "prompts"
    #: What Clack and others end their choices with, or say above them: a line
    #: feed follows, so that no line stands open.
    prefilter: Final = (
        "\u2514".encode(),
        b"arrow-keys",
        b"arrow keys",
    )

    def pause(
        self, entry: brummer.LogEntry, before: brummer.Before
    ) -> tuple[brummer.Finding, ...]:
        """Return the question at the end of *entry*, if there is one."""
        text = _read(entry)
        above = [_read(line) for line in before(ABOVE)]
        asked = question(text, above)
        if asked is None:
            return ()
        return (
            brummer.Finding(
                kind=brummer.FindingKind.PROMPT,
                title=f"asks: {asked.text}",
                process=entry.process,
                time=entry.time,
                line=entry.number,
                type=asked.want.value,
                message=asked.text,
                # A question on the other stream is another one, and may outlast it.
                fingerprint=f"prompt:{entry.stream.value}",
                details={"want": asked.want.value, "question": asked.text},
            ),
        )


def _read(entry: brummer.LogEntry) -> str:
    """Return the line as it stands there; what it ends with counts."""
    return brummer.plain(shown(entry.data[-_LONGEST:]))
