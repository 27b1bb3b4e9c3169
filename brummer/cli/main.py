"""``brum``.

Next to nothing is imported here: until :func:`main` has seen to it, Python answers
Ctrl-C with a traceback.
"""

import sys
from collections.abc import Sequence


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line asks for and return the exit code.

    Without *words* this is the program itself, and its signals are ours.
    """
    if words is None:
        from brummer.cli.interrupt import end_quietly

        end_quietly()
    from brummer.cli.outcome import run

    return run("brum", lambda: _work(sys.argv[1:] if words is None else words))


def _work(words: Sequence[str]) -> int:
    # Each part is imported when it is needed: --version and --help are asked for
    # more often than one thinks, and settings come before everything that runs.
    from brummer.cli.parser import parse

    line = parse(words)
    if line.options.version:
        import brummer

        sys.stdout.write(f"brum version {brummer.__version__}\n")
        return 0
    if sys.platform == "win32":
        from brummer.errors import BrummerError

        raise BrummerError("brum does not run on Windows itself; it does in WSL")
    if line.options.mcp:
        from brummer.cli.hub import serve

        return serve(line.options.mcp_compact or "auto")
    from brummer.cli.folder import project_folder
    from brummer.core.garbage import kept_for_good, look_seldom

    look_seldom()
    folder = project_folder(line.options.dir)
    with kept_for_good():
        from brummer.config.load import load

    loaded = load(folder, flags=line.flags, options=line.options.option)
    if line.options.settings:
        from brummer.config.explain import as_text

        sys.stdout.write(as_text(loaded, folder) + "\n")
        return 0
    with kept_for_good():
        from brummer.app.headless import ExitOn
        from brummer.app.start import Wish, start

    return start(
        Wish(
            folder=folder,
            loaded=loaded,
            targets=line.targets,
            arguments=line.arguments,
            plugins=tuple(line.options.plugin),
            exit_on=ExitOn(line.options.exit_on or ""),
            is_headless=line.options.no_tui,
            is_ascii=line.options.ascii,
            is_debug=line.options.debug,
        )
    )
