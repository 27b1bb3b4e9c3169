"""``brumctl search``: the newest lines that are as one says."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Final, NamedTuple

from brummer.cli import kept
from brummer.cli.export import Printer
from brummer.cli.follow import follow
from brummer.cli.line import LinePrinter
from brummer.cli.remote import Remote, Row, ending_told, say_aside
from brummer.cli.sought import Hit, Log, pattern, show
from brummer.control.client import ControlClient
from brummer.control.protocol import plain
from brummer.errors import UsageError
from brummer.logs.claim import IsOf
from brummer.logs.condition import HasText, IsBetween, IsFrom
from brummer.logs.spelling import spelled
from brummer.model.log import Stream

#: As grep(1) has it: nothing found, and something went wrong.
_NOTHING: Final = 1
_TROUBLE: Final = 2

#: What does not go together, and why.
_CLASHES: Final = (
    ("run", "all_runs", "--run is for one run, --all-runs for all"),
    ("follow", "run", "--follow is for what runs, --run for what ran"),
    ("follow", "all_runs", "--follow is for what runs, --all-runs for what ran"),
    ("follow", "count", "--count counts what is there, --follow goes on"),
    ("follow", "list", "--list is about what is there, --follow goes on"),
    ("follow", "context", "--follow prints lines as they come, without --context"),
    ("count", "list", "--count counts lines, --list names processes"),
)


class Found(NamedTuple):
    """A part of what a search finds: *new* hits, and how it stands."""

    log: Log
    new: list[Hit]
    part: Row


def search(remote: Remote) -> int:
    """Print the newest lines that are as the options say, the newest last.

    Returns 0 if there is one, 1 if not, and 2 if the search had to be given up.
    """
    options = remote.options
    _check(remote)
    with ExitStack() as exits:
        is_over = options.run or options.all_runs
        parts = _of_runs(remote) if is_over else _of_instance(remote, exits)
        outcome = _Outcome(remote)
        for found in parts:
            outcome.add(found)
            if options.follow and outcome.is_shown:
                # What is older is of no interest, and what comes is.
                break
        outcome.finish()
    if outcome.problem:
        say_aside(f"the search was {outcome.problem}")
        return _TROUBLE
    count = outcome.count
    if options.follow:
        count += _follow(remote, outcome.end)
    return 0 if count else _NOTHING


def _check(remote: Remote) -> None:
    """See whether the options make sense.

    :raises UsageError: if they do not.
    """
    options = vars(remote.options)
    for one, other, problem in _CLASHES:
        if options[one] and options[other]:
            raise UsageError(problem)
    if not (options["text"] or options["filter"] or options["level"]):
        raise UsageError("say what to look for: TEXT, --filter or --level")
    pattern(remote)


class _Outcome:
    """Prints what is found as soon as it is known to be the newest there is.

    Threads: one.
    """

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        options = remote.options
        self._is_summary = options.count or options.list
        self._wanted = 0 if self._is_summary else options.lines
        self._hits: list[Hit] = []
        #: Whether the hits were printed.
        self.is_shown = False
        #: How many there are, in all runs but the last.
        self._before = 0
        self._last: Found | None = None
        self._listed: dict[str, int] = {}
        self.problem = ""

    @property
    def count(self) -> int:
        """How many lines were found."""
        return self._before + (self._last.part["count"] if self._last else 0)

    @property
    def end(self) -> int:
        """The number of the first line that was printed too late to be found."""
        return int(self._last.part["end"]) if self._last else 0

    def add(self, found: Found) -> None:
        """Take what was found, and print what will not change any more."""
        if self._last is not None and self._last.log is not found.log:
            self._before += self._last.part["count"]
        self._last = found
        run = f"{found.log.run}/" if self._remote.options.all_runs else ""
        counts: Mapping[str, int] = found.part["counts"]
        self._listed |= {run + process: count for process, count in counts.items()}
        self._hits += found.new
        if not self.problem and found.part["state"] not in {"running", "done"}:
            self.problem = f"{found.part['state']}: {found.part['problem']}"
        if self._hits and len(self._hits) >= self._wanted:
            self._show()

    def _show(self) -> None:
        if not self.is_shown and not self._is_summary:
            self.is_shown = True
            show(self._remote, self._hits)

    def finish(self) -> None:
        """Print the rest."""
        options = self._remote.options
        self._show()
        if options.count:
            self._remote.show({"count": self.count}, lambda: str(self.count))
        elif options.list:
            self._remote.show(self._listed, lambda: "\n".join(sorted(self._listed)))
        elif (
            not options.follow
            and self._hits
            and (missing := self.count - len(self._hits))
        ):
            is_cut = len(self._hits) < options.lines
            advice = (
                "brumctl logs --history --grep prints all"
                if is_cut
                else "-n N prints more"
            )
            say_aside(f"{missing:,} older lines as well; {advice}")


def _question(remote: Remote, limit: int) -> Row:
    """Return what is asked for, as the command ``logs.search`` takes it."""
    options = remote.options
    level = [f"level>={options.level}"] if options.level else []
    return {
        "text": options.text,
        "filters": [*options.filter, *level],
        "regex": options.regex,
        "case": options.case,
        "processes": options.process,
        "streams": options.stream,
        "since": options.since,
        "until": options.until,
        "limit": limit,
    }


def _limit(remote: Remote) -> int:
    options = remote.options
    return 0 if options.count or options.list else max(0, options.lines)


def _of_instance(remote: Remote, exits: ExitStack) -> Iterator[Found]:
    """Yield what the running instance finds, while it looks."""
    # A connection of its own, as the other one is for what is needed meanwhile.
    client = exits.enter_context(ControlClient(remote.record))

    def window(first: int, count: int, process: str) -> list[Row]:
        found: list[Row] = []
        stop = first + count
        # One answer has only so many lines, however many are asked for.
        while first < stop:
            params = {"process": process, "first": first, "count": stop - first}
            page = remote.row("log_history", params)["entries"]
            if not page:
                break
            found += page
            first = page[-1]["number"] + 1
        return found

    names = {row["id"]: row["name"] for row in remote.rows("processes")}
    log = Log(names, window)
    for part in client.stream("search", _question(remote, _limit(remote))):
        assert isinstance(part, dict), "the protocol says so"
        yield Found(log, [Hit(log, entry) for entry in part["entries"]], part)


def _of_runs(remote: Remote) -> Iterator[Found]:
    """Yield what is in the files of a run, or of all, from the newest back.

    :raises UsageError: if there is no such run or process.
    """
    wanted, names = _limit(remote), remote.options.process
    is_any = False
    for run in kept.chosen(remote):
        log = Log(kept.Names(run), kept.window(run), run.id)
        for part in kept.sought(remote, run, _question(remote, wanted)):
            is_any = True
            row = plain(part)
            assert isinstance(row, dict), "made of one"
            hits = [Hit(log, entry) for entry in row["entries"]]
            wanted -= len(hits)
            yield Found(log, hits, row)
    if names and not is_any:
        raise UsageError(f"no run has a process called {' or '.join(names)}")


def _follow(remote: Remote, first: int) -> int:
    """Print what comes; return how many lines that were."""
    options = remote.options
    level = [f"level>={options.level}"] if options.level else []
    filters = [*options.filter, *level]
    if (text := pattern(remote)) is not None:
        filters.append(spelled(HasText(text)))
    if options.process:
        # By their names as well, so that processes that start later count.
        filters.append(spelled(IsOf(tuple(options.process))))
    if options.stream:
        streams = tuple(map(Stream, options.stream))
        filters.append(spelled(IsFrom(streams=streams)))
    if options.until:
        filters.append(spelled(IsBetween(until=options.until)))
    lines = LinePrinter(remote, merged=len(options.process) != 1, pattern=text)
    printer = _Counting(lines)
    params = {"process": None, "first": first, "filters": filters}
    with ending_told(remote):
        follow(remote, printer, params)
    return printer.count


class _Counting:
    """Counts the lines that it lets *printer* print.

    Threads: one.
    """

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self.count = 0

    def print(self, entries: Sequence[Row]) -> None:
        """Print *entries*."""
        self.count += len(entries)
        self._printer.print(entries)
