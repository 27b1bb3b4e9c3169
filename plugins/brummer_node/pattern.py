"""Which folders the patterns of a workspace mean.

All patterns are followed at once in one walk over the tree.  What is left of a
pattern when the walk has reached a folder is a *rest*, a tuple of path segments;
a folder is meant when one of its rests is empty.  (A finite automaton, in short:
its work grows with the folders and the patterns, whatever the patterns are.)
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import dropwhile
from pathlib import Path
from typing import Final

_Rest = tuple[str, ...]

#: Never entered, as the package managers do not either.
_SKIPPED: Final = frozenset({"node_modules", "bower_components"})

#: Bounds of one walk.  A workspace of this size would be the largest ever seen;
#: a mistaken ``**`` in a home folder must end all the same.
_MOST_FOLDERS: Final = 20_000
_DEEPEST: Final = 24
_MOST_ALTERNATIVES: Final = 256

_BRACES: Final = re.compile(r"\{([^{}]*,[^{}]*)\}")


@dataclass(frozen=True, slots=True)
class FolderPatterns:
    """Workspace patterns such as ``packages/*``, ``apps/**``, ``!**/fixtures``.

    A pattern with ``!`` before it takes folders away, wherever it stands in the
    list.  Patterns that lead out of the root mean nothing.
    """

    wanted: frozenset[_Rest]
    unwanted: frozenset[_Rest]

    @classmethod
    def parse(cls, patterns: Iterable[str]) -> "FolderPatterns":
        """Return what *patterns* mean together."""
        wanted: set[_Rest] = set()
        unwanted: set[_Rest] = set()
        for pattern in patterns:
            target = unwanted if pattern.startswith("!") else wanted
            for alternative in _alternatives(pattern.removeprefix("!")):
                target.update(_segments(alternative))
        return cls(_closed(wanted), _closed(unwanted))

    @property
    def match(self) -> bool:
        """Whether the folder that is reached is meant."""
        return () in self.wanted and () not in self.unwanted

    @property
    def reach_further(self) -> bool:
        """Whether anything below the folder that is reached can be meant."""
        return any(self.wanted) and ("**",) not in self.unwanted

    def below(self, name: str) -> "FolderPatterns":
        """Return what is left of the patterns in the subfolder *name*."""
        if name in _SKIPPED:
            return FolderPatterns(frozenset(), frozenset())
        return FolderPatterns(_after(self.wanted, name), _after(self.unwanted, name))

    def mean(self, parts: Sequence[str]) -> bool:
        """Whether they mean the folder with the path *parts* below the root."""
        reached = self
        for part in parts:
            reached = reached.below(part)
        return reached.match

    def folders(self, root: Path) -> Iterator[Path]:
        """Yield the folders below *root* that are meant, in order of their names.

        Symbolic links are not followed, which rules out loops and ways out of
        *root*; a folder that cannot be read is taken as empty.
        """
        pending = [(root, self, 0)]
        for _ in range(_MOST_FOLDERS):
            if not pending:
                return
            folder, patterns, depth = pending.pop()
            if patterns.match and depth:
                yield folder
            if depth < _DEEPEST and patterns.reach_further:
                pending.extend(
                    (folder / name, patterns.below(name), depth + 1)
                    for name in reversed(patterns.candidates(folder))
                )

    def candidates(self, folder: Path) -> list[str]:
        """Return the names of the subfolders of *folder* worth entering, sorted."""
        try:
            with os.scandir(folder) as entries:
                names = sorted(e.name for e in entries if _is_real_folder(e))
        except OSError:
            return []
        return [name for name in names if self.below(name).wanted]


def _is_real_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _alternatives(pattern: str) -> list[str]:
    """Return *pattern* without braces: ``{a,b}/*`` is ``a/*`` and ``b/*``."""
    done: list[str] = []
    pending = [pattern]
    while pending and len(done) + len(pending) <= _MOST_ALTERNATIVES:
        current = pending.pop()
        found = _BRACES.search(current)
        if found is None:
            done.append(current)
            continue
        before, after = current[: found.start()], current[found.end() :]
        pending += [before + choice + after for choice in found[1].split(",")]
    return done


def _segments(pattern: str) -> Iterator[_Rest]:
    if pattern.startswith("/"):
        return
    parts = tuple(part for part in pattern.split("/") if part not in {"", "."})
    if parts and ".." not in parts:
        yield parts


def _closed(rests: Iterable[_Rest]) -> frozenset[_Rest]:
    """Return *rests* and what they are if their leading ``**`` means nothing."""
    closed: set[_Rest] = set()
    for rest in rests:
        stars = len(rest) - len(tuple(dropwhile("**".__eq__, rest)))
        closed.update(rest[n:] for n in range(stars + 1))
    return frozenset(closed)


def _after(rests: frozenset[_Rest], name: str) -> frozenset[_Rest]:
    """Return what is left of *rests* once they have met the folder *name*."""
    return _closed(_following(rests, name))


def _following(rests: frozenset[_Rest], name: str) -> Iterator[_Rest]:
    for rest in rests:
        # A wildcard at the beginning does not mean hidden folders, as in a shell.
        if not rest or (name.startswith(".") and not rest[0].startswith(".")):
            continue
        if rest[0] == "**":
            yield rest
        elif fnmatchcase(name, rest[0]):
            yield rest[1:]
