"""Watches files: reads scripts again, and starts those again that are edited."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from brummer.app.sources import Sources
from brummer.core.guard import Guard, attempt, cause
from brummer.core.threads import Role, on
from brummer.model.script import Script, ScriptId

#: What files have after their names that scripts stand in; files without anything
#: (Procfile, Makefile, Justfile) count as well.
_SUFFIXES: Final = frozenset(
    {
        "",
        ".cfg",
        ".dev",
        ".gradle",
        ".ini",
        ".json",
        ".jsonc",
        ".kts",
        ".mk",
        ".toml",
        ".xml",
        ".yaml",
        ".yml",
    }
)

#: Longest time in milliseconds for which changes are gathered, as long as there
#: are more: a checkout writes a thousand files and is one change.
_DEBOUNCE: Final = 5_000

#: Milliseconds without a change after which those gathered are looked at; each
#: wakes a thread, also while nothing happens, so it is longer where nobody waits.
_STEP: Final = 200
_CALM_STEP: Final = 400

#: Milliseconds between two looks at files where the system tells of no changes.
_POLL: Final = 1_000

#: Milliseconds after which an empty batch comes where nothing changes.
_TIMEOUT: Final = 1_000

#: Seconds before another attempt when the folders cannot be watched.
_PAUSE: Final = 2.0


class Notify(Protocol):
    """Yields the paths that changed, and nothing now and then, until it is over."""

    def __call__(
        self, folders: Iterable[str], is_over: "Either", *, step: int, is_polling: bool
    ) -> Iterator[set[str]]:
        """Begin to listen.

        :raises Exception: whatever the system or the library has against it.
        """


@dataclass(frozen=True, slots=True)
class Either:
    """An event that is set when one of two is.

    Threads: as safe as the two are.
    """

    one: threading.Event
    other: threading.Event

    def is_set(self) -> bool:
        """Whether either is set."""
        return self.one.is_set() or self.other.is_set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """Who hears of changes.

    *detect* is called when a file may hold other scripts now, *renew* with a
    script, the reason to start it again and when that arose (seconds since 1970),
    *remark* with a line for its log, *report* with what keeps the watch from working
    as it should.
    """

    detect: Callable[[], object]
    renew: Callable[[ScriptId, str, float], object]
    remark: Callable[[ScriptId, str], object]
    report: Callable[[str], object]


class ProjectWatch:
    """Watches the project's own folder, and the sources of scripts that ask for it.

    Folders are watched one by one and not with all that is below them, so that
    ``node_modules`` costs nothing.  What the system tells is only a hint: what
    has changed is found by comparing files with how they were, so that reading a
    file or changing its permissions is no change, a burst is one, and nothing is
    missed while the list of folders is renewed.

    Threads: :meth:`open` and :meth:`close` belong to the main thread, :meth:`add`
    to the supervisor thread; the listeners are called on the watch thread.
    """

    def __init__(
        self,
        folder: Path,
        listeners: Listeners,
        guard: Guard,
        *,
        never: Iterable[Path] = (),
        notify: "Notify | None" = None,
    ) -> None:
        """Watch *folder*, but for what is in one of *never*."""
        self._folder = folder
        self._listeners = listeners
        self._guard = guard
        self._never = tuple(never)
        self._notify = notify or listen
        #: Rebound by add(), read by the watch thread; each with when it was added,
        #: in nanoseconds since 1970, as times of files are.
        self._wanted: Mapping[ScriptId, tuple[Script, int]] = MappingProxyType({})
        #: The watch thread's.
        self._known: dict[ScriptId, Script] = {}
        self._sources: dict[ScriptId, Sources] = {}
        self._is_polling = False
        #: Says that the list of folders has to be made again.
        self._again = threading.Event()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Start the thread."""
        self._thread = self._guard.spawn(Role.WATCH, "watch", self._run)

    def close(self) -> None:
        """End the thread."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def add(self, script: Script) -> None:
        """Watch the sources of *script* from now on, if it has any to watch."""
        if script.watch and self._wanted.get(script.id, (None,))[0] != script:
            wish = (script, time.time_ns())
            self._wanted = MappingProxyType({**self._wanted, script.id: wish})
            # After the script is there: the thread clears first and reads then.
            self._again.set()

    def _run(self) -> None:
        assert on(Role.WATCH)
        while not self._ended.is_set():
            self._again.clear()
            self._survey()
            _, error = attempt(self._listen)
            if error is not None and not self._ended.is_set():
                self._fall_back(error)

    def _listen(self) -> None:
        """Look at what changes until the folders are others."""
        folders = {str(self._folder)}.union(
            *(sources.folders for sources in self._sources.values())
        )
        batches = self._notify(
            sorted(folders),
            Either(self._ended, self._again),
            step=_STEP if self._sources else _CALM_STEP,
            is_polling=self._is_polling,
        )
        is_first = True
        for paths in batches:
            if is_first:
                # By now somebody listens; what changed between the last look and
                # that has been told by nobody.
                self._look_again()
            is_first = False
            self._take(paths)

    def _fall_back(self, error: BaseException) -> None:
        """Go on by polling if the system does not tell of changes.

        A folder may only have been deleted between two steps, so the first
        thing is to try again with those that there are.
        """
        if isinstance(error, FileNotFoundError):
            return
        if self._is_polling:
            self._guard.report("watch", error)
            self._ended.wait(_PAUSE)
            return
        self._is_polling = True
        self._listeners.report(
            f"files are looked at every {_POLL / 1000:g} s, as the system does not tell"
            f" of changes: {cause(error)}"
        )

    def _survey(self) -> None:
        """Look at all sources, those included that were not there before."""
        self._look_again()
        for script, since in self._wanted.values():
            if self._known.get(script.id) != script:
                self._known[script.id] = script
                self._guard.call("watch", self._begin, script, since)

    def _look_again(self) -> None:
        for script, sources in self._sources.items():
            self._tell(script, sources, sources.scan())

    def _begin(self, script: Script, since: int) -> None:
        sources, error = attempt(Sources, self._folder, script, self._never)
        if sources is None:
            problem = cause(error) if error else ""
            self._listeners.remark(script.id, f"watch is not understood: {problem}")
            return
        self._sources[script.id] = sources
        sources.scan()
        more = ", and no more: there are too many" if sources.is_cut else ""
        count = sources.count
        files = "1 file" if count == 1 else f"{count:,} files"
        text = f"watching {files} for changes{more}"
        self._listeners.remark(script.id, text)
        # The process may have read them before that.
        written = sources.written(since, time.time_ns())
        self._tell(script.id, sources, written)

    def _take(self, paths: set[str]) -> None:
        """Look at what changed."""
        for script, sources in self._sources.items():
            self._tell(script, sources, sources.look(paths))
            if any(map(sources.is_folder, paths)):
                self._again.set()
        if any(self._may_hold_scripts(Path(path)) for path in paths):
            self._guard.call("watch", self._listeners.detect)

    def _may_hold_scripts(self, path: Path) -> bool:
        # Only the project's folder itself: scripts of packages are read again
        # with the next change, or on request.
        return path.parent == self._folder and may_hold_scripts(path)

    def _tell(self, script: ScriptId, sources: Sources, changed: list[str]) -> None:
        if changed:
            reason = f"{_named(changed)} changed: restart"
            moment = sources.moment(changed)
            self._guard.call("watch", self._listeners.renew, script, reason, moment)


def listen(
    folders: Iterable[str], is_over: Either, *, step: int, is_polling: bool
) -> Iterator[set[str]]:
    """Yield the paths in *folders* that change, as the system or polling tells."""
    # Here, because nobody waits for this thread's imports.
    import watchfiles

    changes = watchfiles.watch(
        *folders,
        watch_filter=None,
        debounce=_DEBOUNCE,
        step=step,
        rust_timeout=_TIMEOUT,
        yield_on_timeout=True,
        stop_event=is_over,
        recursive=False,
        # The main thread looks after signals.
        raise_interrupt=False,
        force_polling=is_polling or None,
        poll_delay_ms=_POLL,
        ignore_permission_denied=True,
    )
    for batch in changes:
        yield {path for _, path in batch}


def may_hold_scripts(path: Path) -> bool:
    """Whether a change of *path* is worth a look."""
    return not path.name.startswith(".") and path.suffix in _SUFFIXES


def _named(changed: list[str]) -> str:
    others = len(changed) - 1
    if not others:
        return changed[0]
    return f"{changed[0]} and {others} other{'s' if others > 1 else ''}"
