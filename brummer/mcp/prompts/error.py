"""The prompt to find the cause of an error."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from brummer.core.instance import Instance
from brummer.errors import BrummerError
from brummer.mcp.prompts.part import lines_of, ours, theirs
from brummer.mcp.prompts.search import found_lines
from brummer.mcp.resources.finding import ErrorSources
from brummer.mcp.resources.known import Known
from brummer.mcp.tools.finding import row_id
from brummer.mcp.wording import ALL, Wording
from brummer.model.finding import Finding
from brummer.model.offer import Argument, Recipe
from brummer.model.tool import Call, Content

#: Characters of what is known of the error, and of the list of others.
_KNOWN: Final = 9_000
_OTHERS: Final = 3_000

#: Characters that a message has at least to be looked for in another one: shorter
#: ones are in everything.
_TELLING: Final = 8

#: Characters of a message that are looked for in the logs.
_SOUGHT: Final = 120


@dataclass(frozen=True, slots=True)
class ErrorPrompt:
    """``debug_error``.

    Threads: the server's loop.
    """

    instance: Instance
    known: Known
    errors: ErrorSources
    wording: Wording = ALL

    def table(self) -> Iterator[Recipe]:
        """Yield the prompt."""
        yield Recipe(
            name="debug_error",
            title="Find the cause of an error",
            description=(
                "Find the cause of an error and mend it: begins with what is known of"
                " it, its lines in the log, and the newest other errors."
            ),
            make=self.make,
            arguments=(
                Argument(
                    name="error_message",
                    description="what the error says, or its id",
                    required=True,
                    complete=self.known.error_texts,
                ),
                Argument(
                    name="context",
                    description="what else is known, such as what was done before",
                ),
            ),
        )

    async def make(
        self, _: Call, error_message: str, context: str = ""
    ) -> Sequence[Content]:
        """Return what the user says."""
        if not error_message.strip():
            raise BrummerError("error_message is empty; what does the error say?")
        found = self.meant(error_message)
        parts: list[Content] = [
            ours(
                f"Find the cause of an error in the project {self.instance.folder}"
                " and mend it.",
                self._known_as(found),
                self.wording.steps(_WAY),
            ),
            theirs("The error", lines_of(error_message)),
        ]
        if context.strip():
            parts.append(theirs("What else is known of it", lines_of(context)))
        if found:
            parts.append(await self.errors.full(found, _KNOWN))
        else:
            parts.append(await self._lines(error_message))
        return [*parts, self.errors.newest(_OTHERS)]

    def meant(self, message: str) -> Finding | None:
        """Return the newest error that *message* is likely to be about."""
        wanted = message.strip().casefold()
        first = wanted.splitlines()[0]
        errors = self.known.errors()
        for is_so in (_is_called, _says, _is_within):
            for finding in errors:
                if is_so(finding, wanted, first):
                    return finding
        return None

    def _known_as(self, found: Finding | None) -> str:
        if found is None:
            return "No error is known that says this; perhaps it was printed elsewhere."
        state = "it is mended by now, as it seems"
        if not found.resolved:
            state = "it is not mended"
        again = self.wording.fit(" errors_get shows it again.")
        return (
            f"It is known as error {row_id(found)} of process {found.process};"
            f" {state}.{again}"
        )

    async def _lines(self, message: str) -> Content:
        """Return where the logs have the message, as no error is known by it."""
        sought = message.strip().splitlines()[0][:_SOUGHT]
        lines = await found_lines(self.instance, text=sought)
        return theirs("Lines of the logs that have it", lines or ["none has"])


def _is_called(finding: Finding, wanted: str, _: str) -> bool:
    return row_id(finding) == wanted


def _says(finding: Finding, wanted: str, _: str) -> bool:
    return wanted in {finding.title.casefold(), finding.message.casefold()}


def _is_within(finding: Finding, wanted: str, first: str) -> bool:
    """Whether one of the two is a part of the other."""
    texts = [text.casefold() for text in (finding.title, finding.message)]
    return any(
        (len(text) >= _TELLING and text in wanted)
        or (len(first) >= _TELLING and first in text)
        for text in texts
    )


_WAY: Final = (
    "Read the places in the project that its frames name, the topmost of ours first.",
    (
        "If that is not enough, read on before it: logs_stream and logs_search.",
        "If that is not enough, read what was printed before it.",
    ),
    "Say what the cause is before changing anything.",
    (
        (
            "Take since from errors_list, then mend it: wait_for what=build since=THAT"
            " (or what=error) tells what came of the change."
        ),
        "Mend it.",
    ),
    "See that it is gone: errors_list does not list it any more.",
)
