"""Tests of watching files: scripts are read again, and started again."""

import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest

from brummer.app.watching import Either, Listeners, ProjectWatch, may_hold_scripts
from brummer.core.clock import SystemClock
from brummer.core.guard import Guard
from brummer.core.health import HealthTable
from brummer.model.script import Script, ScriptId
from tests.app.conftest import Bench
from tests.support.wait import wait_until


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("package.json", True),
        ("Procfile", True),
        ("Procfile.dev", True),
        ("pnpm-workspace.yaml", True),
        ("brum.log", False),
        ("data.sqlite", False),
        (".package.json.swp", False),
        ("app.py", False),
    ],
)
def test_only_files_that_may_hold_scripts_count(name: str, *, may: bool) -> None:
    assert may_hold_scripts(Path("/srv") / name) is may


def test_a_new_file_brings_its_scripts(bench: Bench) -> None:
    application = bench.application()
    assert application.instance.scripts() == ()
    # The thread begins to watch a moment after it was started: write until it
    # has seen one.
    procfile = bench.folder / "Procfile"
    numbers = iter(range(1_000_000))

    def is_seen() -> bool:
        procfile.write_text(f"web: sleep {next(numbers)}\n")
        return bool(application.instance.scripts())

    wait_until(is_seen, limit=20)

    assert application.instance.scripts()[0].name == "web"


class System:
    """Tells of changes when a test does, and fails when told to."""

    def __init__(self) -> None:
        self.batches: SimpleQueue[set[str]] = SimpleQueue()
        self.troubles: list[Exception] = []
        #: The folders that were listened in, one list for each time.
        self.folders: list[list[str]] = []
        self.polled: list[bool] = []
        #: How often all was looked at that was not told of while nobody listened.
        self.looked = 0

    def __call__(
        self, folders: Iterable[str], is_over: Either, *, step: int, is_polling: bool
    ) -> Iterator[set[str]]:
        assert step
        self.folders.append(list(folders))
        self.polled.append(is_polling)
        if self.troubles:
            raise self.troubles.pop(0)
        yield set()
        self.looked += 1
        while not is_over.is_set():
            try:
                yield self.batches.get(timeout=0.02)
            except Empty:
                continue


class Scene:
    """A watch over a folder, and what it has told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.system = System()
        self.detected: list[bool] = []
        self.renewed: list[tuple[ScriptId, str]] = []
        self.remarks: list[str] = []
        self.reports: list[str] = []
        listeners = Listeners(
            detect=lambda: self.detected.append(True),
            renew=lambda script, reason, _: self.renewed.append((script, reason)),
            remark=lambda _, text: self.remarks.append(text),
            report=self.reports.append,
        )
        guard = Guard(HealthTable(SystemClock()), lambda _: None)
        self.watch = ProjectWatch(folder, listeners, guard, notify=self.system)

    def script(self, *watch: str, name: str = "api") -> Script:
        return Script(
            name=name, command="run", folder=self.folder, source="test", watch=watch
        )

    def add(self, script: Script) -> None:
        """Watch the sources of *script*, and wait until that is so."""
        before, looked = len(self.remarks), self.system.looked
        self.watch.add(script)
        wait_until(lambda: len(self.remarks) > before)
        # A file that was written before that would be found by the look.
        wait_until(lambda: self.system.looked > looked)

    def save(self, *names: str) -> None:
        """Write files, and tell of all of them at once."""
        for name in names:
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{path.exists()}, and {len(self.renewed)}")
        self.tell(*names)

    def tell(self, *names: str) -> None:
        self.system.batches.put({str(self.folder / name) for name in names})

    def settle(self) -> None:
        """Return when everything told so far has been looked at."""
        before = len(self.detected)
        self.tell("Procfile")
        wait_until(lambda: len(self.detected) > before)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    (tmp_path / "src").mkdir()
    scene = Scene(tmp_path)
    scene.watch.open()
    yield scene
    scene.watch.close()


def test_a_save_is_one_restart_with_the_name_of_the_file(scene: Scene) -> None:
    script = scene.script("src/**/*.py")
    scene.add(script)

    scene.save("src/app.py")
    scene.settle()

    assert scene.renewed == [(script.id, "src/app.py changed: restart")]
    assert scene.remarks == ["watching 0 files for changes"]


def test_many_files_are_one_restart(scene: Scene) -> None:
    scene.add(scene.script("src"))

    scene.save(*(f"src/{number:04}.py" for number in range(1000)))
    scene.settle()

    reasons = [reason for _, reason in scene.renewed]
    assert reasons == ["src/0000.py and 999 others changed: restart"]


def test_what_is_told_without_a_change_is_none(scene: Scene) -> None:
    scene.save("src/app.py")
    scene.add(scene.script("src"))

    (scene.folder / "src/app.py").read_text()
    (scene.folder / "src/app.py").chmod(0o640)
    scene.tell("src/app.py", "src/never.py")
    scene.settle()

    assert scene.renewed == []


def test_each_script_has_its_own_sources(scene: Scene) -> None:
    scene.add(scene.script("src", name="api"))
    scene.add(scene.script("web", name="web"))

    scene.save("src/app.py")
    scene.settle()

    assert [script for script, _ in scene.renewed] == ["test:api"]


def test_a_new_folder_is_listened_in_and_what_is_in_it_counts(scene: Scene) -> None:
    scene.add(scene.script("src/**/*.py"))
    deep = scene.folder / "src" / "deep"
    deep.mkdir()
    (deep / "app.py").touch()

    scene.tell("src/deep")
    wait_until(lambda: scene.renewed)

    assert [reason for _, reason in scene.renewed] == [
        "src/deep/app.py changed: restart"
    ]
    wait_until(lambda: str(deep) in scene.system.folders[-1])


def test_what_changes_while_nobody_listens_is_found(scene: Scene) -> None:
    scene.add(scene.script("src"))
    scene.folder.joinpath("src", "app.py").touch()

    scene.watch.add(scene.script("web", name="web"))

    wait_until(lambda: scene.renewed)
    assert scene.renewed[0][1] == "src/app.py changed: restart"


def test_what_is_saved_before_the_first_look_is_found(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    source = tmp_path / "api.py"
    source.write_text("as it was when the process began")
    scene.watch.add(scene.script("*.py"))
    save_later_than(time.time_ns(), source)

    scene.watch.open()

    wait_until(lambda: scene.renewed)
    scene.watch.close()
    assert scene.renewed == [("test:api", "api.py changed: restart")]


def save_later_than(moment: int, path: Path) -> None:
    """Write a file until its time is after *moment*: those of files are coarse."""
    wait_until(lambda: path.write_text("x") and path.stat().st_mtime_ns > moment)


def test_a_system_that_does_not_tell_is_polled_which_is_said_once(
    scene: Scene,
) -> None:
    scene.system.troubles += [
        OSError(28, "inotify watch limit reached"),
        OSError(28, "inotify watch limit reached"),
    ]

    scene.watch.add(scene.script("src"))
    wait_until(lambda: len(scene.system.polled) >= 4, limit=20)
    scene.save("src/app.py")
    scene.settle()

    assert len(scene.reports) == 1
    assert "files are looked at every 1 s" in scene.reports[0]
    assert scene.system.polled[-1]
    assert len(scene.renewed) == 1


def test_a_folder_that_is_just_gone_is_no_reason_to_poll(scene: Scene) -> None:
    scene.system.troubles.append(FileNotFoundError(2, "no such folder"))

    scene.add(scene.script("src"))
    wait_until(lambda: len(scene.system.polled) >= 3)

    assert scene.reports == []
    assert not any(scene.system.polled)


def test_a_pattern_that_means_nothing_is_told_once(scene: Scene) -> None:
    scene.add(scene.script("[z-a]"))
    scene.watch.add(scene.script("src", name="web"))
    wait_until(lambda: len(scene.remarks) == 2)

    assert "watch is not understood" in scene.remarks[0]


def test_the_end_is_not_waited_for_long(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.watch.open()
    ended = threading.Event()

    def close() -> None:
        scene.watch.close()
        ended.set()

    closer = threading.Thread(target=close)
    closer.start()

    assert ended.wait(10)
    closer.join()
