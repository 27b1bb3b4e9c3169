"""Processes as resources."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from brummer.core.clock import Clock
from brummer.core.instance import Instance
from brummer.mcp.resources.extract import place
from brummer.mcp.resources.finding import short
from brummer.mcp.resources.known import Known
from brummer.mcp.resources.size import BESIDE, MOST, compact, cut, fitting
from brummer.mcp.resources.watched import Watched
from brummer.mcp.template import matched
from brummer.model.finding import Finding, FindingKind, address_of
from brummer.model.offer import Source
from brummer.model.process import ProcessId, ProcessState
from brummer.model.tool import Resource

ACTIVE: Final = "processes://active"
ONE: Final = "processes://{id}"

#: Characters of a command or a reason.
_TEXT: Final = 500

#: Errors of one process at most.
_ERRORS: Final = 20


@dataclass(frozen=True, slots=True)
class ProcessSources:
    """All processes, and each of them.

    Threads: the server's loop.
    """

    instance: Instance
    known: Known
    clock: Clock

    def table(self) -> Iterator[Watched]:
        """Yield the resources."""
        yield Watched(
            Source(
                uri=ACTIVE,
                name="processes_active",
                title="Processes",
                description=(
                    "The processes of this session: those that live, then those that"
                    " ended, the newest first of each."
                ),
                read=self._list,
            ),
            self._stamp_of_all,
        )
        yield Watched(
            Source(
                uri=ONE,
                name="process",
                title="A process",
                description=(
                    "How one process does, by its id or a script's name: status, exit"
                    " code, URL, what it waits for, its errors, and where its log is."
                ),
                read=self._read,
                completers={"id": self.known.process_ids},
            ),
            self._stamp,
        )

    async def _list(self, uri: str) -> Resource:
        """Return all processes."""
        rows, left = fitting(self.known.states(), self._row)
        told: dict[str, object] = {"processes": rows, "left_out": left}
        if left:
            told["more"] = "call scripts_status"
        return Resource(uri=uri, mime_type="application/json", content=compact(told))

    def _row(self, state: ProcessState) -> dict[str, object]:
        url = address_of(self.known.about(state.id), state.id)
        return {
            "id": state.id,
            "name": cut(state.name, _TEXT),
            "script": cut(state.script, _TEXT),
            "status": state.status.value,
            "command": cut(state.command, _TEXT),
            "pid": state.pid,
            "exitCode": state.exit_code,
            "startTime": _rounded(state.started),
            "endTime": _rounded(state.ended),
            "ready": state.ready,
            "url": cut(url, _TEXT),
            "note": cut(state.explained(self.clock.now()), _TEXT),
            "log": place(state.id),
        }

    async def _read(self, uri: str) -> Resource:
        """Return one process.

        :raises BrummerError: if there is none of that name.
        """
        state = self._state(uri)
        row = {
            **self._row(state),
            "folder": cut(str(state.folder), _TEXT),
            "run": state.run,
            "replaces": state.replaces,
        }
        errors = self._errors(state.id)
        room = MOST - BESIDE - len(compact(row))
        rows, left = fitting(errors[:_ERRORS], short, room)
        left += len(errors[_ERRORS:])
        told = {**row, "errors": rows, "errors_left_out": left}
        return Resource(uri=uri, mime_type="application/json", content=compact(told))

    def _errors(self, process: ProcessId) -> list[Finding]:
        """Return the errors of a process that are not mended, the newest first."""
        found = reversed(self.known.about(process))
        return [f for f in found if f.kind is FindingKind.ERROR and not f.resolved]

    def _state(self, uri: str) -> ProcessState:
        found = matched(ONE, uri)
        assert found is not None, "nobody else is asked for it"
        return self.known.process(found["id"])

    def _stamp_of_all(self, _: str) -> object:
        urls = (
            finding
            for finding in self.instance.findings()
            if finding.kind is FindingKind.URL
        )
        return self.instance.versions().processes, tuple(urls)

    def _stamp(self, uri: str) -> object:
        state = self._state(uri)
        return state, tuple(self.known.about(state.id))


def _rounded(time: float | None) -> float | None:
    return None if time is None else round(time, 3)


def address(process: ProcessId) -> str:
    """Return where a process can be read."""
    return ONE.replace("{id}", quote(process, safe="", errors="replace"))
