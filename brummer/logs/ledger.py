"""The writer's side of one log."""

from brummer.logs.page import Page
from brummer.logs.tail import Tail
from brummer.logs.view import View
from brummer.model.log import LogExtent, Segment, Stream
from brummer.model.process import ProcessId


class Ledger:
    """Counts the lines of one log, and makes the views that readers get.

    Threads: the store's writer only.  Views share :attr:`fresh` with it, which
    only ever grows: what came later is behind the count that a view looks at.
    A full list is left to the views that have it and a new one begun.
    """

    def __init__(self, process: ProcessId | None) -> None:
        self._process = process
        #: Number of the oldest line that is kept.
        self.first = 0
        #: Number after the last whole line.
        self.end = 0
        #: Whether the process has printed its last.
        self.has_ended = False
        self.pages: tuple[Page, ...] = ()
        #: What is kept of pages that have gone: its lines come before the others.
        self.keepsakes: tuple[Page, ...] = ()
        self.fresh: list[tuple[int, Segment]] = []
        #: In the order in which they began, so that two progress bars do not
        #: change places whenever one of them moves.
        self.tails: dict[tuple[ProcessId, Stream], Tail] = {}

    @property
    def is_empty(self) -> bool:
        """Whether this is the log of a process with nothing left to read."""
        is_merged = self._process is None
        kept = self.keepsakes or self.pages or self.fresh or self.tails
        return not (is_merged or kept)

    @property
    def is_paged(self) -> bool:
        """Whether this is the log of a process and all of it is on pages."""
        return self._process is not None and not (self.fresh or self.tails)

    def add(self, segment: Segment) -> int:
        """Put *segment* at the end; return the number of its first line."""
        number = self.end
        self.fresh.append((number, segment))
        self.end += segment.lines
        return number

    def turn(self, page: Page) -> None:
        """Go on with an empty list: what was in the old one is on *page*."""
        self.pages = (*self.pages, page)
        self.fresh = []

    def drop_page(self, keepsakes: tuple[Page, ...] = ()) -> None:
        """Let the oldest page go; *keepsakes* hold what is kept up to its end."""
        self.pages = self.pages[1:]
        self.keepsakes = keepsakes
        self.skip(self._oldest)

    def drop_keepsakes(self) -> None:
        """Let go what was kept of pages that have gone."""
        self.keepsakes = ()
        self.skip(self._oldest)

    def skip(self, first: int) -> None:
        """Begin with line *first*; what was dropped before stays dropped."""
        self.first = max(self.first, first)

    @property
    def _oldest(self) -> int:
        """The number of the oldest line that is there, whether it counts or not."""
        for page in (*self.keepsakes[:1], *self.pages[:1]):
            return page.numberings[self._process].first
        return self.fresh[0][0] if self.fresh else self.end

    def view(self, version: int) -> View:
        """Return what there is now, for readers."""
        tails = tuple((*source, tail) for source, tail in self.tails.items())
        return View(
            process=self._process,
            extent=LogExtent(version, self.first, self.end + len(tails)),
            whole=self.end,
            pages=self.keepsakes + self.pages,
            fresh=self.fresh,
            count=len(self.fresh),
            tails=tails,
        )
