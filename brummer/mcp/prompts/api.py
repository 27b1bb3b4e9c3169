"""The prompt to find out why requests fail."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from brummer.core.instance import Instance
from brummer.errors import BrummerError
from brummer.mcp.prompts.part import lines_of, ours, theirs
from brummer.mcp.prompts.search import found_lines
from brummer.mcp.resources.completion import Candidate, matching
from brummer.mcp.resources.finding import ErrorSources
from brummer.mcp.wording import ALL, Wording
from brummer.model.finding import FindingKind
from brummer.model.offer import Argument, Chosen, Recipe
from brummer.model.tool import Call, Content

#: Characters of the list of errors.
_ERRORS: Final = 6_000
#: Characters of an endpoint that are looked for.
_SOUGHT: Final = 200

#: A status of HTTP, or all of one class.
_STATUS: Final = re.compile(r"[1-5](?:\d\d|xx)", re.IGNORECASE)

_CODES: Final = (
    *("500", "502", "503", "504", "400", "401", "403", "404", "405", "409", "413"),
    *("422", "429", "5xx", "4xx"),
)


@dataclass(frozen=True, slots=True)
class ApiPrompt:
    """``api_troubleshooting``.

    Threads: the server's loop.
    """

    instance: Instance
    errors: ErrorSources
    wording: Wording = ALL

    def table(self) -> Iterator[Recipe]:
        """Yield the prompt."""
        yield Recipe(
            name="api_troubleshooting",
            title="Find why requests fail",
            description=(
                "Find out why requests to a server of the project fail: begins with the"
                " servers, what their logs say of such requests, and the newest errors."
            ),
            make=self.make,
            arguments=(
                Argument(
                    name="endpoint",
                    description="the path, or a part of it, such as /api/users",
                ),
                Argument(
                    name="status_code",
                    description="the status, such as 500, or 5xx for all of them",
                    complete=_codes,
                ),
            ),
        )

    async def make(
        self, _: Call, endpoint: str = "", status_code: str = ""
    ) -> Sequence[Content]:
        """Return what the user says."""
        endpoint, status = endpoint.strip()[:_SOUGHT], status_code.strip()
        if status and not _STATUS.fullmatch(status):
            text = f"status_code is a status of HTTP such as 500 or 5xx, not {status!r}"
            raise BrummerError(text[:_SOUGHT])
        wish = [
            *(f"endpoint: {line}" for line in lines_of(endpoint)),
            *([f"status: {status}"] if status else []),
        ]
        parts: list[Content] = [
            ours(
                "Find out why requests to a server of the project"
                f" {self.instance.folder} fail, and mend it.",
                self.wording.steps(_WAY),
            ),
            theirs("Which requests", wish or ["any"]),
            theirs("Servers that run", self._servers() or ["none announced itself"]),
        ]
        if pattern := _pattern(endpoint, status):
            lines = await found_lines(self.instance, text=pattern, regex=True)
            parts.append(theirs("Lines of the logs about them", lines or ["none is"]))
        return [*parts, self.errors.newest(_ERRORS)]

    def _servers(self) -> list[str]:
        return [
            f"{finding.process}: {finding.details.get('url', '')}"
            for finding in self.instance.findings()
            if finding.kind is FindingKind.URL and not finding.resolved
        ]


def _codes(begun: str, _: Chosen) -> Sequence[str]:
    return matching(begun, map(Candidate, _CODES))


def _pattern(endpoint: str, status: str) -> str:
    """Return what finds lines about such requests, in the words of RE2."""
    path = re.escape(endpoint.splitlines()[0]) if endpoint else ""
    code = rf"\b{status.casefold().replace('xx', '[0-9]{2}')}\b" if status else ""
    if path and code:
        return f"{path}.*{code}|{code}.*{path}"
    return path or code


_WAY: Final = (
    (
        "Is the server there? urls_list tells; ensure_running starts it.",
        "Is the server there? urls_list tells; if it is not, ask for it to be started.",
        "Is the server there?",
    ),
    (
        "Repeat one request; logs_stream cursor=... has what the server printed then.",
        "Repeat one request, and read what the server printed for it.",
    ),
    "errors_list and errors_get have the exceptions, with their places.",
    (
        "An answer of 4xx is decided by the code that checks the request, one of 5xx"
        " mostly by an exception."
    ),
    (
        (
            "Take since from errors_list, mend it, wait_for what=build since=THAT, and"
            " repeat the request."
        ),
        "Mend it, and repeat the request.",
    ),
)
