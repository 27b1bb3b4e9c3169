"""A plugin in a user's style: what it may write has to pass ``mypy --strict``."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import brummer


class Colour(enum.Enum):
    RED = "red"
    YELLOW = "yellow"


@dataclass(frozen=True)
class Options:
    colour: Colour = Colour.YELLOW
    rooms: tuple[str, ...] = ()
    oil: Path | None = None


class Flicker:
    """Reports lanterns that flicker."""

    name = "flicker"
    prefilter = (b"flicker",)

    def detect(self, entry: brummer.LogEntry) -> tuple[brummer.Finding, ...]:
        if entry.stream is not brummer.Stream.ERR:
            return ()
        finding = brummer.Finding(
            kind=brummer.FindingKind.WARNING,
            title=entry.text,
            process=entry.process,
            time=entry.time,
            line=entry.number,
        )
        return (finding,)


class Lantern:
    """Keeps what it needs between one hook and the next."""

    def __init__(self) -> None:
        self.options = Options()
        self.lit: list[str] = []

    @brummer.hookimpl
    def brummer_configure(self, app: brummer.App, settings: brummer.Settings) -> None:
        self.options = settings.parse(Options)
        app.logger.debug("the colour is %s", self.options.colour)

    @brummer.hookimpl
    def brummer_detectors(self) -> Iterable[brummer.Detector]:
        return [Flicker()]

    @brummer.hookimpl
    def brummer_commands(self) -> Iterable[brummer.Command]:
        room = brummer.Parameter(name="room", description="where to light it")
        return [
            brummer.Command(
                name="lantern.light",
                title="Light the lantern",
                run=self.light,
                parameters=(room,),
                thread=brummer.CommandThread.BUS,
            )
        ]

    @brummer.hookimpl
    def brummer_mcp_tools(self) -> Iterable[brummer.Tool]:
        return [
            brummer.Tool(
                name="lantern_light",
                title="Light the lantern",
                description="Light the lantern in a room.",
                run=self.light_for_agent,
                parameters={
                    "type": "object",
                    "properties": {"room": {"type": "string"}},
                    "required": ["room"],
                },
                effect=brummer.Effect(destructive=False, open_world=False),
                long_run=brummer.LongRun.OPTIONAL,
            )
        ]

    async def light_for_agent(self, call: brummer.Call, room: str) -> brummer.Answer:
        call.progress(1, 2, "lighting")
        if call.is_cancelled:
            return brummer.failure("nobody waits")
        return brummer.answer(f"{room} is lit", self.light(room))

    @brummer.hookimpl
    def brummer_mcp_resources(self) -> Iterable[brummer.Source]:
        return [
            brummer.Source(
                uri="lantern://rooms/{room}",
                name="room",
                title="A room",
                description="Whether it is lit",
                read=self.room,
                completers={"room": self.rooms},
            )
        ]

    def rooms(self, begun: str, _: Mapping[str, str]) -> list[str]:
        return [room for room in self.lit if begun in room]

    def room(self, uri: str) -> brummer.Resource:
        lit = uri.rpartition("/")[2] in self.lit
        return brummer.Resource(
            uri=uri, mime_type="text/plain", content="lit" if lit else "dark"
        )

    @brummer.hookimpl
    def brummer_mcp_prompts(self) -> Iterable[brummer.Recipe]:
        colour = brummer.Argument(name="colour", description="the one there is")
        return [
            brummer.Recipe(
                name="lantern_advice",
                title="Choose a colour",
                description="Ask which colour suits",
                make=self.advice,
                arguments=(colour,),
            )
        ]

    def advice(self, _: brummer.Call, colour: str = "") -> list[brummer.Text]:
        return [brummer.Text(text=f"Which colour suits {colour or 'the room'}?")]

    def light(self, room: str) -> Mapping[str, str]:
        if room not in self.options.rooms:
            raise brummer.BrummerError(f"there is no room {room!r}")
        self.lit.append(room)
        return {"room": room, "colour": self.options.colour.value}

    @brummer.hookimpl
    def brummer_detect_scripts(self, root: Path) -> Iterable[brummer.Script] | None:
        if not (root / "Lanternfile").exists():
            return None
        return [brummer.Script(name="light", command="lantern", folder=root)]

    @brummer.hookimpl
    def brummer_launch(self, script: brummer.Script) -> brummer.Launch | None:
        if script.source != "lantern":
            return None
        return brummer.Launch(
            argv=("lantern", *script.arguments),
            folder=script.folder,
            restart=brummer.RestartPolicy.ON_FAILURE,
        )

    @brummer.hookimpl
    def brummer_environment(self, script: brummer.Script) -> Mapping[str, str]:
        return {"LANTERN": script.name}

    @brummer.hookimpl
    def brummer_startup(self, app: brummer.App) -> None:
        for process in app.processes().values():
            self.note(process)

    @brummer.hookimpl
    def brummer_process_changed(self, after: brummer.ProcessState) -> None:
        self.note(after)

    def note(self, process: brummer.ProcessState) -> None:
        if process.status is brummer.ProcessStatus.RUNNING:
            self.lit.append(process.id)

    @brummer.hookimpl
    def brummer_finding(self, finding: brummer.Finding) -> None:
        self.lit.append(finding.title)

    @brummer.hookimpl
    def brummer_shutdown(self) -> None:
        self.lit.clear()

    @brummer.hookimpl
    def brummer_report_header(self) -> str:
        return f"{len(self.lit)} lanterns, brummer {brummer.__version__}"


plugin = Lantern()
