"""The calls that led to an error, those in libraries folded together."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from brummer.model.finding import Finding, Frame

#: Fewer frames of libraries in a row are shown as they are.
_FOLDED: Final = 2

#: Folders that hold libraries, each with what in the path behind it is the name.
_LIBRARY: Final = re.compile(
    r"(?:^|/)(?P<folder>node_modules|site-packages|dist-packages|vendor|gems|deps"
    r"|go/pkg/mod|\.cargo)/(?:\.pnpm/[^/]+/node_modules/)?"
    r"(?P<name>@[^/]+/[^/]+|[^/]+)"
)

#: Names of libraries that are told.
_NAMES: Final = 3


class Step(NamedTuple):
    """One frame, or several of libraries as one; *at* is the number of the first."""

    at: int
    frames: tuple[Frame, ...]

    @property
    def is_folded(self) -> bool:
        """Whether there is more behind it."""
        return len(self.frames) > 1

    @property
    def frame(self) -> Frame:
        """The frame, or the first of them."""
        return self.frames[0]


def trace(finding: Finding, opened: Collection[int]) -> list[Step]:
    """Return the steps of *finding*; those that begin at one of *opened* in full.

    Without any frame there is the place of the error, if that is known.
    """
    frames = finding.frames
    if not frames and finding.file:
        frames = (
            Frame(
                file=finding.file,
                line=finding.line_in_file,
                column=finding.column,
            ),
        )
    return list(_steps(frames, opened))


def _steps(frames: Sequence[Frame], opened: Collection[int]) -> Iterator[Step]:
    at = 0
    for is_own, group in groupby(frames, key=lambda frame: frame.own):
        run = tuple(group)
        if is_own or len(run) < _FOLDED or at in opened:
            yield from (Step(at + n, (frame,)) for n, frame in enumerate(run))
        else:
            yield Step(at, run)
        at += len(run)


def place_of(finding: Finding, steps: Sequence[Step]) -> Step | None:
    """Return the step at which one would begin to look."""
    single = [step for step in steps if not step.is_folded]
    place = (finding.file, finding.line_in_file)
    exact = (s for s in single if (s.frame.file, s.frame.line) == place)
    own = (s for s in single if s.frame.own)
    return next(exact, None) or next(own, None) or (steps[0] if steps else None)


def folded_words(step: Step) -> str:
    """Return what a folded step says: ``6 frames in node_modules: express``."""
    found = [_LIBRARY.search(frame.file) for frame in step.frames]
    folders = dict.fromkeys(m["folder"] for m in found if m)
    names = list(dict.fromkeys(m["name"] for m in found if m))
    where = " and ".join(folders) or "libraries"
    told = ", ".join(names[:_NAMES]) + (", ..." if len(names) > _NAMES else "")
    return f"{len(step.frames)} frames in {where}" + (f": {told}" if told else "")


def place_words(file: str, line: int, column: int) -> str:
    """Return a place in the form in which editors take it."""
    return ":".join([file, *(str(n) for n in (line, column) if n)])
