"""What people do in a log: search, filter, jump, mark."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from brummer.core.instance import Log
from brummer.core.moment import moment
from brummer.errors import UsageError
from brummer.logs import ansi
from brummer.model.process import ProcessId
from brummer.tui.desk import Desk, Question, Seeking
from brummer.tui.layers.palette import Choice
from brummer.tui.lens import ERRORS, WARNINGS, Filters
from brummer.tui.quest import Quest, Sought, Stop, Way
from brummer.tui.row import printable
from brummer.tui.widgets.log import LogPane

#: Filters of one kind.
MOST: Final = 20

#: What adds a filter where something to look for is typed.
_COMMAND: Final = re.compile(r"/?(show|hide)\s+(\S.*)", re.DOTALL)

#: What capitals count for, one after the other, and what is said of it.
_CASES: Final[tuple[tuple[bool | None, str], ...]] = (
    (None, "aA"),
    (False, "aa"),
    (True, "Aa"),
)


class Reader:
    """Does to *pane* what its keys say.

    Threads: the main thread only.
    """

    def __init__(
        self,
        desk: Desk,
        pane: LogPane,
    ) -> None:
        self._desk = desk
        self._pane = pane
        self._memory = desk.memory
        self._is_regex = False
        self._case: bool | None = None
        #: What is typed, where one stood when that began, and what is wrong with it.
        self._text = ""
        self._anchor: tuple[int, int] | None = None
        self._problem = ""

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys do."""
        leave = {"view.back": self.leave} if self._pane.lens.sought else {}
        return {
            **leave,
            "find.open": self._ask_search,
            "find.next": partial(self._next_match, Way.NEWER),
            "find.previous": partial(self._next_match, Way.OLDER),
            "error.next": partial(self._jump, "error", ERRORS, Way.NEWER),
            "error.previous": partial(self._jump, "error", ERRORS, Way.OLDER),
            "log.warning": partial(self._jump, "warning", WARNINGS, Way.NEWER),
            "log.warning_before": partial(self._jump, "warning", WARNINGS, Way.OLDER),
            "log.filter": self._ask_filter,
            "log.unfilter": self._toggle_filters,
            "log.filters": self._ask_filters,
            "log.high": self._toggle_high,
            "log.fold": self._toggle_fold,
            "log.mark": self._mark,
            "log.next_mark": partial(self._go_to_mark, Way.NEWER),
            "log.previous_mark": partial(self._go_to_mark, Way.OLDER),
            "log.marks": self._offer_marks,
            "log.time": self._ask_time,
        }

    # Searching.

    def _ask_search(self) -> None:
        stand = self._pane.stand
        self._anchor = None if stand.following else (stand.top, stand.current or 0)
        self._text = self._problem = ""
        seeking = Seeking(
            commands={
                "find.regex": self._toggle_regex,
                "find.case": self._change_case,
            },
            told=self._told,
        )
        self._desk.ask(
            Question(
                "/",
                self._take,
                typed=self._typed,
                left=self._abandon,
                earlier=tuple(self._memory.searches),
                seeking=seeking,
            )
        )

    def _told(self) -> str:
        """Return how something is looked for, and what was found."""
        if self._problem:
            return self._problem
        if not self._is_regex and _COMMAND.fullmatch(self._text):
            return "enter filters the lines"
        case = next(told for case, told in _CASES if case == self._case)
        parts = ["regex"] * self._is_regex + [case]
        if self._pane.lens.sought is not None:
            parts.append(self._pane.lens.progress(self._pane.stand.current))
        return "  ".join(parts)

    def _toggle_regex(self) -> None:
        self._is_regex = not self._is_regex
        self._typed(self._text)

    def _change_case(self) -> None:
        cases = [case for case, _ in _CASES]
        self._case = cases[(cases.index(self._case) + 1) % len(cases)]
        self._typed(self._text)

    def _typed(self, text: str) -> None:
        """Look for what is typed, from where one stood when that began."""
        if not text:
            self._text, self._problem = "", ""
            self._pane.lens.seek(None)
            self._return()
            return
        matches = self._look_for(text)
        if matches is not None:
            here = self._anchor[1] + 1 if self._anchor else self._end
            matches.go(here, Way.OLDER, self._show_first)

    def _look_for(self, text: str) -> Quest | None:
        """Look for *text*; return its matches, unless something is wrong with it."""
        self._text = text
        self._problem = ""
        sought = Sought(text=text, is_regex=self._is_regex, case=self._case)
        try:
            # Whatever is wrong with it, what was looked for before stays.
            _ = sought.pattern
        except UsageError as error:
            self._problem = str(error)
            return None
        self._pane.lens.seek(sought)
        return self._pane.lens.matches

    def _show_first(self, stop: Stop | None) -> None:
        """Show the match that is nearest; without one, where one stood before."""
        if stop is None:
            self._return()
        else:
            self._pane.stand.go_to(stop.number)

    def _return(self) -> None:
        """Go back to where one stood when something began to be typed."""
        stand = self._pane.stand
        if self._anchor is None:
            stand.follow()
        else:
            stand.hold(*self._anchor)

    def _take(self, text: str) -> None:
        """Keep what is looked for; an empty line looks for what was last."""
        command = None if self._is_regex else _COMMAND.fullmatch(text)
        if command is not None:
            self._abandon()
            self._add_filter(command[1], command[2].strip())
            return
        if not text and self._memory.searches:
            text = self._memory.searches[-1]
            self._typed(text)
        if self._problem:
            self._desk.fail(self._problem)
        elif text:
            self._memory.put(text, self._memory.searches)

    def leave(self) -> None:
        """Look for nothing any more."""
        self._pane.lens.seek(None)

    def _abandon(self) -> None:
        """Look for nothing, as if nothing had been typed."""
        self.leave()
        self._return()

    def _next_match(self, way: Way) -> None:
        """Go to the next match, of the last search if nothing is looked for."""
        matches = self._pane.lens.matches
        if matches is None and not self._memory.searches:
            self._desk.say("nothing is looked for: / begins a search")
            return
        if matches is None:
            matches = self._look_for(self._memory.searches[-1])
        if matches is None:
            self._desk.fail(self._problem)
        else:
            self._follow_up(matches, way)

    # Jumping.

    def _jump(self, noun: str, expression: str, way: Way) -> None:
        self._follow_up(self._pane.lens.quest(noun, expression), way)

    def _follow_up(self, quest: Quest, way: Way) -> None:
        """Go to the next line of *quest*, from the end to the newest one."""
        self._pane.lens.stay()
        here = self._pane.stand.current
        if here is None:
            here, way = self._end, Way.OLDER
        quest.go(here, way, partial(self._arrive, quest.noun, way))
        if quest.is_waiting:
            self._desk.say(_looking(quest.noun))

    def _arrive(self, noun: str, way: Way, stop: Stop | None) -> None:
        self._desk.unsay(_looking(noun))
        if stop is None:
            self._desk.say(f"there is no {noun}")
            return
        self._pane.stand.go_to(stop.number)
        if stop.wrapped:
            end = "oldest" if way is Way.NEWER else "newest"
            self._desk.say(f"went on with the {end} {noun}")

    @property
    def _end(self) -> int:
        return self._pane.course.extent.end

    # Filters.

    def _ask_filter(self) -> None:
        lens = self._pane.lens
        self._desk.ask(
            Question(
                "&",
                self._filter,
                text=lens.filters.expression,
                earlier=tuple(self._memory.filters),
            )
        )

    def _filter(self, text: str) -> None:
        text = text.strip()
        if text:
            self._memory.put(text, self._memory.filters)
        filters = self._pane.lens.filters
        self._pane.lens.filter(replace(filters, expression=text, off=False))

    def _add_filter(self, verb: str, text: str) -> None:
        filters = self._pane.lens.filters
        known = filters.shown if verb == "show" else filters.hidden
        # One of them only once, and the oldest ones go.
        texts = (*(one for one in known if one != text), text)[-MOST:]
        if verb == "show":
            filters = replace(filters, shown=texts, off=False)
        else:
            filters = replace(filters, hidden=texts, off=False)
        self._memory.put(text, self._memory.filters)
        self._pane.lens.filter(filters)

    def command(self, text: str) -> bool:
        """Add the filter that ``/show`` or ``/hide`` asks for, if *text* does.

        Returns whether it did.
        """
        found = _COMMAND.fullmatch(text) if text.startswith("/") else None
        if found is not None:
            self._add_filter(found[1], found[2].strip())
        return found is not None

    def _toggle_filters(self) -> None:
        filters = self._pane.lens.filters
        if not filters.names:
            self._desk.say("there are no filters: & makes one")
        else:
            self._pane.lens.filter(replace(filters, off=not filters.off))

    def _toggle_high(self) -> None:
        filters = self._pane.lens.filters
        self._pane.lens.filter(replace(filters, high=not filters.high, off=False))

    def _toggle_fold(self) -> None:
        lens = self._pane.lens
        lens.fold(folded=not lens.folded)
        self._desk.say(
            "repeats are shown once" if lens.folded else "every line is shown"
        )

    def _ask_filters(self) -> None:
        """List what filters there are, as soon as the saved ones are known."""
        self._desk.run("filters.list", self._offer_filters)

    def _offer_filters(self, saved: object) -> None:
        lens = self._pane.lens
        choices = [
            Choice(
                f"remove {printable(name)}",
                "",
                partial(self._remove_filter, name),
            )
            for name in lens.filters.names
        ]
        if len(choices) > 1:
            choices.append(
                Choice("remove all filters", "", lambda: lens.filter(Filters()))
            )
        if lens.filters.text:
            choices.append(Choice("save them under a name", "", self._ask_name))
        choices.append(Choice("add a filter", "&", self._ask_filter))
        names = list(saved) if isinstance(saved, Mapping) else []
        choices += [
            Choice(
                f"{verb} @{printable(name)}",
                "",
                partial(self._add_filter, verb, f"@{name}"),
            )
            for name in names
            for verb in ("show", "hide")
        ]
        self._desk.offer(choices)

    def _ask_name(self) -> None:
        self._desk.ask(Question("save the filters as: @", self._save))

    def _save(self, name: str) -> None:
        name = name.strip().removeprefix("@")
        if name:
            self._desk.run(
                "filters.save",
                lambda _: self._desk.say(f"saved: &@{name} shows the same"),
                name=name,
                expression=self._pane.lens.filters.text,
            )

    def _remove_filter(self, name: str) -> None:
        lens = self._pane.lens
        lens.filter(lens.filters.without(name))

    # Marks.

    def _mark(self) -> None:
        pane = self._pane
        pane.stand.pause()
        number = pane.stand.current
        if number is None:
            self._desk.say("there is no line to mark")
        elif pane.marks.toggle(pane.process, number):
            self._desk.say("marked; u and U go to marks, ' lists them")

    def _go_to_mark(self, way: Way) -> None:
        pane = self._pane
        marks = [mark for mark in pane.marks.of(pane.process) if mark in pane.course]
        here = self._end if pane.stand.current is None else pane.stand.current
        if way is Way.NEWER:
            found = [mark for mark in marks if mark > here] or marks[:1]
            chosen = found[:1]
        else:
            found = [mark for mark in marks if mark < here] or marks[-1:]
            chosen = found[-1:]
        if chosen:
            pane.stand.go_to(chosen[0])
        else:
            self._desk.say("no line is marked: m marks one")

    def _offer_marks(self) -> None:
        pane = self._pane
        marks = pane.marks.of(pane.process)
        if not marks:
            self._desk.say("no line is marked: m marks one")
            return
        self._desk.offer([self._mark_choice(number) for number in marks])

    def _mark_choice(self, number: int) -> Choice:
        entry = self._pane.entry(number)
        text = "" if entry is None else ansi.parse(entry.data).text
        return Choice(
            f"{number + 1:,}  {printable(text)}",
            "",
            partial(self._pane.stand.go_to, number),
        )

    # Times.

    def _ask_time(self) -> None:
        self._desk.ask(Question("go to (14:30, 2026-05-04T14:30, -10m): ", self._go_at))

    def _go_at(self, text: str) -> None:
        text = text.strip()
        if not text:
            return
        try:
            time = moment(text.removeprefix("-"), self._desk.clock.now)
        except ValueError as error:
            self._desk.fail(str(error))
            return
        log = self._pane.source, self._pane.process
        found = self._pane.source.log_since(time, self._pane.process)
        self._desk.wait(found, partial(self._at_time, log))

    def _at_time(self, log: tuple[Log, ProcessId | None], number: int) -> None:
        # Of another log that is shown by now it would be any line.
        if log != (self._pane.source, self._pane.process):
            return
        if number >= self._end:
            self._desk.say("nothing was printed since then")
            self._pane.stand.follow()
        else:
            self._pane.stand.go_to(number)


def _looking(noun: str) -> str:
    return f"looking for the next {noun}"
