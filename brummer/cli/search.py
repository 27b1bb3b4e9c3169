"""``brumctl search``: the lines that have a text."""

import json
from collections.abc import Iterator, Sequence

from brummer.cli import past
from brummer.cli.line import LinePrinter
from brummer.cli.remote import Remote, Row, say, say_aside
from brummer.core.pattern import CASES, Pattern

#: As grep(1) has it: nothing found, and something went wrong.
_NOTHING = 1
_TROUBLE = 2


def search(remote: Remote) -> int:
    """Print the newest lines that have a text, the newest last.

    Returns 0 if there is one, 1 if not, and 2 if the search had to be given up.
    """
    options = remote.options
    ask = past.search if options.run else _asked
    answer = ask(
        remote,
        text=options.text,
        regex=options.regex,
        case=options.case,
        processes=options.process,
        streams=options.stream,
        since=options.since,
        until=options.until,
        limit=0 if options.count else options.lines,
        context=options.context,
    )
    if options.count:
        remote.show({"count": answer["count"]}, lambda: str(answer["count"]))
    else:
        _print(remote, answer)
    if answer["state"] != "done":
        say_aside(f"the search was {answer['state']}: {answer['problem']}")
        return _TROUBLE
    return 0 if answer["count"] else _NOTHING


def _asked(remote: Remote, **question: object) -> Row:
    return remote.run("logs.search", **question)


def _print(remote: Remote, answer: Row) -> None:
    options = remote.options
    hits: list[Row] = answer["hits"][::-1]
    if options.json:
        for hit in hits:
            around = {side: hit[side] for side in ("before", "after")}
            say(json.dumps({**hit["entry"], **(around if options.context else {})}))
        return
    pattern = Pattern(options.text, is_regex=options.regex, case=CASES[options.case])
    printer = LinePrinter(
        remote,
        merged=len(options.process) != 1,
        pattern=pattern,
        names=past.names(remote) if options.run else None,
    )
    for number, group in enumerate(_groups(hits)):
        if number and options.context:
            say("--")
        printer.print(group)
    missing = answer["count"] - len(hits)
    if hits and missing:
        is_cut = len(hits) < options.lines
        advice = "more than one answer holds" if is_cut else "-n N prints more"
        say_aside(f"{missing:,} older lines as well; {advice}")


def _groups(hits: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield the hits with the lines around them; what overlaps is one group."""
    group: list[Row] = []
    for hit in hits:
        lines = [*hit["before"], hit["entry"], *hit["after"]]
        if group and _goes_on(group[-1], lines[0]):
            last = group[-1]["number"]
            group += [line for line in lines if line["number"] > last]
            continue
        if group:
            yield group
        group = lines
    if group:
        yield group


def _goes_on(last: Row, line: Row) -> bool:
    """Whether *line* follows *last* in the same log, or was there already."""
    is_same = bool(last["process"] == line["process"])
    return is_same and int(line["number"]) <= int(last["number"]) + 1
