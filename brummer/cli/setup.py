"""``brumctl`` commands about the installation: plugins, completion."""

import os
import shlex
import sys
from dataclasses import asdict
from typing import Any

from brummer.app.plugins import survey_plugins
from brummer.cli.ctlparser import build_ctl_parser
from brummer.cli.parser import build_parser
from brummer.cli.remote import Remote, Row, say
from brummer.cli.table import table
from brummer.errors import BrummerError, UsageError
from brummer.plugin import install
from brummer.plugin.report import PluginReport, PluginState


def plugins(remote: Remote) -> int:
    """List, install or remove plugins; exit 1 if one is broken."""
    options = remote.options
    if options.action == "list":
        if options.name:
            raise UsageError("brumctl plugins list takes no name")
        return _list(remote)
    if not options.name:
        raise UsageError(f"brumctl plugins {options.action} takes the name of a plugin")
    where = install.present()
    if options.action == "install":
        line = install.install_line(options.name, where)
    else:
        line = install.remove_line(_named(remote, options.name), where)
    if options.dry_run:
        say(shlex.join(line))
        return 0
    return install.run(line, say)


def _named(remote: Remote, name: str) -> PluginReport:
    reports = survey_plugins(remote.folder, os.environ)
    for report in reports:
        if report.name == name:
            return report
    known = ", ".join(report.name for report in reports) or "none"
    raise BrummerError(f"no plugin {name!r}; there are: {known}")


def _list(remote: Remote) -> int:
    reports = _reports(remote)
    if remote.options.requirements:
        found = {(r.distribution, r.version) for r in reports if r.distribution}
        say("\n".join(f"{name}=={version}" for name, version in sorted(found)))
        return 0
    rows = [asdict(report) for report in reports]
    remote.show(rows, lambda: _table(reports))
    return 1 if any(r.state is PluginState.BROKEN for r in reports) else 0


def _reports(remote: Remote) -> tuple[PluginReport, ...]:
    """Return how the plugins do: in the running instance, else when loaded here."""
    if not remote.directory.living(remote.folder) and not remote.options.instance:
        return survey_plugins(remote.folder, os.environ)
    return tuple(map(_report, remote.run("plugins.list")["plugins"]))


def _report(row: Row) -> PluginReport:
    """Return the report that travelled as *row*; JSON has lists for tuples."""
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in row.items()
    }
    return PluginReport(**{**fields, "state": PluginState(row["state"])})


def _table(reports: tuple[PluginReport, ...]) -> str:
    head = ("PLUGIN", "STATE", "VERSION", "ORIGIN", "HOOKS", "REMARK")
    rows = [
        (
            report.name,
            report.state,
            report.version or "-",
            report.origin,
            ", ".join(hook.removeprefix("brummer_") for hook in report.hooks) or "-",
            _remark(report),
        )
        for report in reports
    ]
    return table(head, rows) if rows else "no plugins"


def _remark(report: PluginReport) -> str:
    off = [f"{hook} switched off" for hook in report.hooks_off]
    slow = [f"busy with {call}" for call in report.busy]
    return "; ".join([*filter(None, [report.error]), *off, *slow])


def completion(remote: Remote) -> int:
    """Print a completion script for ``brum`` and ``brumctl``.

    :raises BrummerError: if shtab, which writes it, is not installed.
    """
    try:
        import shtab
    except ImportError:
        raise BrummerError(
            "completion needs shtab: python -m pip install 'brummer[completion]'"
        ) from None
    for parser in (build_parser(), build_ctl_parser()):
        sys.stdout.write(shtab.complete(parser, remote.options.shell) + "\n")
    return 0
