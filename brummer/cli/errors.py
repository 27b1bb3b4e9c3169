"""``brumctl errors``: what went wrong, as the output tells it."""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from brummer.cli.remote import Remote, Row, ending_told, say, say_aside
from brummer.cli.table import table
from brummer.errors import UsageError
from brummer.logs.ansi import strip
from brummer.model.finding import FindingKind

#: What counts as an error.
_KINDS = frozenset({FindingKind.ERROR.value, FindingKind.WARNING.value})


def errors(remote: Remote) -> int:
    """List the errors that were found, and with ``-f`` those that are.

    With ``--last`` tell all about the last one.

    :raises UsageError: if the options do not go together.
    """
    options = remote.options
    if options.follow and options.last:
        raise UsageError("--follow lists what comes, --last tells of one")
    process = remote.find(options.process)["id"] if options.process else None
    if options.last:
        report = remote.run("error.report", process=process or "")
        remote.show(report, lambda: str(report["text"]))
        return 0
    if options.follow:
        with ending_told(remote):
            for row in coming(_versions(remote), partial(_found, remote, process)):
                say(json.dumps(row) if options.json else _line(row))
        return 0
    rows = _found(remote, process)
    remote.show(rows, lambda: _table(rows) if rows else "no errors")
    return 0


def _found(remote: Remote, process: str | None) -> list[Row]:
    return [
        row
        for row in remote.rows("findings")
        if row["kind"] in _KINDS and process in {None, row["process"]}
    ]


def coming(versions: Iterable[Row], found: Callable[[], list[Row]]) -> Iterator[Row]:
    """Yield what *found* returns, and then each that comes or comes again.

    It is asked when the version of the findings changes.
    """
    told: dict[tuple[str, int, float], int] = {}
    seen: object = None
    for version in versions:
        if version["findings"] == seen:
            continue
        seen = version["findings"]
        known, told = told, {}
        for row in found():
            key = (row["process"], row["line"], row["last_seen"])
            told[key] = row["count"]
            if known.get(key) != row["count"]:
                yield row


def _versions(remote: Remote) -> Iterator[Row]:
    for versions in remote.client.stream("changes", {}):
        assert isinstance(versions, dict)
        yield versions
    say_aside(f"{remote.record.id} ended")


def _table(rows: list[Row]) -> str:
    head = ("PROCESS", "COUNT", "PLACE", "ERROR")
    return table(
        head, [(r["process"], r["count"], _place(r) or "-", _title(r)) for r in rows]
    )


def _line(row: Row) -> str:
    return ": ".join(filter(None, (row["process"], _place(row), _title(row))))


def _place(row: Row) -> str:
    """Return the place in the form in which editors take it."""
    numbers = (row["line_in_file"], row["column"])
    return ":".join(
        filter(None, (_plain(row["file"]), *(str(n or "") for n in numbers)))
    )


def _title(row: Row) -> str:
    """Return what it says, and whether it is over with it."""
    fixed = " (fixed)" if row["resolved"] else ""
    return _plain(row["title"]).partition("\n")[0] + fixed


def _plain(text: str) -> str:
    return strip(text.encode()).decode("utf-8", "replace")
