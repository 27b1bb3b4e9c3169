"""The hooks: everything that Brummer asks its plugins and tells them.

A plugin is a module with functions named like the ones here, each marked with
``@brummer.hookimpl``.  A function takes only the arguments it wants, by these
names; arguments may be added to a hook later without breaking anyone.  All
values are frozen.  The functions are plain ones, not coroutines, and surround
no other plugin: ``wrapper``, ``tryfirst`` and ``trylast`` are not for us, since
the order of plugins never matters.

What goes wrong in a plugin stays there: an exception, ``SystemExit`` or an answer
of the wrong type is reported under the plugin's name, and the others are asked
all the same.  The fifth failure of one hook switches that hook of that plugin
off.  :class:`brummer.BrummerError` is different: it says that the *user* has
something to mend, so it is shown and never counted.

Notifications reach one plugin one at a time and in order: ``brummer_startup``
first, ``brummer_shutdown`` last.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import pluggy

import brummer
from brummer.errors import BrummerError
from brummer.model.collector import Gatherer, Lookout
from brummer.model.command import Command
from brummer.model.finding import Detector, Finding
from brummer.model.process import ProcessState
from brummer.model.script import Launch, Script
from brummer.plugin.contribution import App, Settings

PROJECT: Final = "brummer"

hookspec: Final = pluggy.HookspecMarker(PROJECT)
hookimpl: Final = pluggy.HookimplMarker(PROJECT)


# ------------------------------------------------------------------ beginning


@hookspec(historic=True)
def brummer_configure(app: App, settings: Settings) -> None:
    """Read the plugin's own settings, and keep *app* for later.

    Called once per plugin, before every other hook; a plugin that comes late
    gets it late.  *settings* turns ``[plugins.NAME]`` into a dataclass of the
    plugin's own.  Nothing runs yet, so *app* answers, but starts nothing.

    A plugin whose configuration fails is taken out: none of its other hooks is
    called.

    Thread: the main one waits for it, for a few seconds at most.  Start nothing
    here and leave the network alone; ``brummer_startup`` is for that.

    Example::

        @dataclass(frozen=True)
        class Lantern:
            colour: str = "yellow"


        @brummer.hookimpl
        def brummer_configure(settings):
            global lantern
            lantern = settings.parse(Lantern)
    """


@hookspec
def brummer_detectors() -> Iterable[Detector | Gatherer | Lookout] | None:
    """Return the plugin's detectors, or ``None`` for none.

    Called once, after all plugins are configured.  There is no hook per line of
    output: a detector names literals, and sees only the lines that hold one.  For
    what takes several lines, give it ``begin(entry, before)`` in place of
    ``detect(entry)``: it may look back with ``before(count)``, and return a
    collector, whose ``take(entry)`` is shown the lines that follow until it says
    that it has all.  One with ``pause(entry, before)`` is shown lines that have no
    end, after which nothing comes for 0.3 s: questions.

    ``prefilter`` is read at once, but if it is a property only when there is
    something to look at, on the log thread.

    Thread: the main one waits for it, for a few seconds at most.  The detectors
    themselves run on the log thread, where every process's output waits for them.

    Example::

        class Panic:
            name = "panic"
            prefilter = (b"kernel panic",)

            def detect(self, entry):
                return (
                    brummer.Finding(
                        kind=brummer.FindingKind.ERROR,
                        title=entry.text,
                        process=entry.process,
                        time=entry.time,
                        line=entry.number,
                    ),
                )


        @brummer.hookimpl
        def brummer_detectors():
            return [Panic()]
    """


@hookspec
def brummer_commands() -> Iterable[Command] | None:
    """Return the commands that the plugin adds, or ``None`` for none.

    Called once, after all plugins are configured.  A key, the palette and
    ``brumctl`` run them by name; begin the names with the plugin's own,
    ``lantern.light``.  A name that is taken is refused and reported.

    Thread: the main one waits for it, for a few seconds at most.  A command
    itself runs on a thread of the plugin's, whatever it declares.

    Example::

        @brummer.hookimpl
        def brummer_commands():
            return [
                brummer.Command(
                    name="lantern.light", title="Light the lantern", run=light
                )
            ]
    """


# -------------------------------------------------------------------- agents


@hookspec
def brummer_mcp_tools() -> "Iterable[brummer.Tool] | None":
    """Return the tools that the plugin offers to agents, or ``None`` for none.

    Called when the first agent comes, or soon after the start where one was lately,
    and after ``app.offer_again()``.  Agents choose by name and description alone: a
    name such as ``lantern_light``, and up to 300 characters that say what the tool does
    and when it is of use.  A name that is taken is refused and reported.  All of a
    client's lists cost the agent's context, so offer few tools that do much.

    Thread: one of the plugin's; waited for for a few seconds.  The tool itself
    runs on a thread of the plugin's, four at once at most; an ``async`` one has an
    event loop there to itself, and is cancelled when nobody waits any more.

    Example::

        def light(call, colour):
            lantern.turn(colour)
            return brummer.answer(f"the lantern is {colour} now")


        @brummer.hookimpl
        def brummer_mcp_tools():
            return [
                brummer.Tool(
                    name="lantern_light",
                    title="Light the lantern",
                    description="Light the lantern on the developer's desk.",
                    run=light,
                    parameters={
                        "type": "object",
                        "properties": {"colour": {"type": "string"}},
                        "required": ["colour"],
                    },
                )
            ]
    """


@hookspec
def brummer_mcp_resources() -> "Iterable[brummer.Source] | None":
    """Return what agents may read of the plugin, or ``None`` for nothing.

    Called as ``brummer_mcp_tools`` is.  Begin the
    addresses with the plugin's own scheme, ``lantern://``; one with ``{variables}`` in
    it stands for many.  ``app.touch(uri)`` says that there is something new in one.

    Thread: one of the plugin's; waited for for a few seconds.  What is read is
    read on a thread of the plugin's.

    Example::

        @brummer.hookimpl
        def brummer_mcp_resources():
            return [
                brummer.Source(
                    uri="lantern://colour",
                    name="colour",
                    title="Colour of the lantern",
                    description="How the lantern shines now",
                    mime_type="text/plain",
                    read=lambda uri: brummer.Resource(
                        uri=uri, mime_type="text/plain", content=lantern.colour
                    ),
                )
            ]
    """


@hookspec
def brummer_mcp_prompts() -> "Iterable[brummer.Recipe] | None":
    """Return prompts that people may choose in their clients, or ``None`` for none.

    Called as ``brummer_mcp_tools`` is.

    Thread: one of the plugin's; waited for for a few seconds.  A prompt is made
    on a thread of the plugin's.

    Example::

        @brummer.hookimpl
        def brummer_mcp_prompts():
            return [
                brummer.Recipe(
                    name="lantern_advice",
                    title="Choose a colour",
                    description="Ask which colour suits the state of the build",
                    make=lambda call: [brummer.Text(text="Which colour suits red?")],
                )
            ]
    """


# ------------------------------------------------------------ scripts and runs


@hookspec
def brummer_detect_scripts(root: Path) -> Iterable[Script | BrummerError] | None:
    """Return the scripts that *root* offers, or ``None`` for none.

    Called once per folder when Brummer starts and again when a watched file
    changes.  Answers of all plugins are joined; two scripts of one name are both
    kept, told apart by the plugin's name before theirs.  A generator will do.

    Raise :class:`brummer.BrummerError` with file and line for a file that the
    user has to mend.

    Thread: one of the plugin's; waited for for 15 s.  Read files, start no process,
    print nothing.  A :class:`brummer.BrummerError` among the scripts tells of a file
    without which the others are right.

    Example::

        @brummer.hookimpl
        def brummer_detect_scripts(root):
            if (root / "Justfile").exists():
                return [brummer.Script(name="test", command="just test", folder=root)]
            return None
    """


@hookspec(firstresult=True)
def brummer_launch(script: Script) -> Launch | None:
    """Return how to run *script* now, or ``None`` to leave that to others.

    Called before each start.  Stops at the first answer that is not ``None``.
    The plugin that detected the script is asked after the others, so that a
    plugin can run someone else's scripts in its own way; last comes Brummer,
    which gives the command line to a shell.

    Raise :class:`brummer.BrummerError` if the script cannot be run; the start
    fails with that sentence.

    Thread: one of the plugin's, perhaps two at once when several scripts start.  The
    start waits for 2 s, and no stop waits at all.

    Example::

        @brummer.hookimpl
        def brummer_launch(script):
            if not (script.folder / "flake.nix").exists():
                return None
            return brummer.Launch(
                argv=("nix", "develop", "-c", "sh", "-c", script.command),
                folder=script.folder,
                shell_command=script.command,
            )
    """


@hookspec
def brummer_environment(script: Script) -> Mapping[str, str] | None:
    """Return variables to set for *script*, or ``None`` for none.

    Called before each start.  Answers of all plugins are joined.  Where two
    plugins disagree about a variable, the one that detected the script is right,
    else the first by name, and the script's log says so.

    Raise :class:`brummer.BrummerError` if the script cannot be run; the start
    fails with that sentence.

    Thread: one of the plugin's, perhaps two at once when several scripts start.  The
    start waits for 2 s, and no stop waits at all.

    Example::

        @brummer.hookimpl
        def brummer_environment(script):
            return {"LANTERN": "lit"} if script.name == "dev" else None
    """


# ------------------------------------------------------------- what happened


@hookspec
def brummer_startup(app: App) -> None:
    """Begin to work: everything runs now.

    Called once.  This is where a plugin starts a thread or a server of its own;
    it ends them in ``brummer_shutdown``.

    Thread: one of the plugin's.  No other notification comes before this one.

    Example::

        @brummer.hookimpl
        def brummer_startup(app):
            app.logger.info("%d scripts run already", len(app.processes()))
    """


@hookspec
def brummer_process_changed(before: ProcessState | None, after: ProcessState) -> None:
    """React to a process that appeared (*before* is ``None``) or changed.

    Called for each change, in order for each process.  While a plugin is busy
    its notifications wait; when a thousand wait the oldest are dropped, and the
    plugin's report counts them.

    Thread: one of the plugin's; one notification of a plugin at a time.

    Example::

        @brummer.hookimpl
        def brummer_process_changed(after):
            if after.status is brummer.ProcessStatus.FAILED:
                ring_the_bell(after.name)
    """


@hookspec
def brummer_finding(finding: Finding) -> None:
    """React to an error, URL, test result or build event in the output.

    Called for each finding that a detector or a plugin reports, in order for
    each process; the plugin's own findings as well.  It comes once more, with
    *resolved*, when it is over.

    Thread: one of the plugin's; one notification of a plugin at a time.

    Example::

        @brummer.hookimpl
        def brummer_finding(finding):
            if finding.kind is brummer.FindingKind.URL:
                remember(finding.details["url"])
    """


@hookspec
def brummer_shutdown(app: App) -> None:
    """Put away what the plugin started; the processes still run.

    Called once, before anything is stopped, for every plugin whatever the others
    do.  No notification comes after it.  Two seconds after the call the program
    goes on, with or without an answer.

    Thread: one of the plugin's.

    Example::

        @brummer.hookimpl
        def brummer_shutdown():
            server.close()
    """


@hookspec
def brummer_report_header() -> str | None:
    """Return one line for reports, such as a tool's version, or ``None``.

    Called for ``brumctl doctor`` and crash reports; long lines are cut.

    Thread: any; the caller waits for it, for a few seconds at most.

    Example::

        @brummer.hookimpl
        def brummer_report_header():
            return "just 1.36.0"
    """
