"""Findings for tests of whatever shows them."""

from dataclasses import asdict
from typing import Any

from brummer.model.command import Command, Parameter
from brummer.model.finding import Finding, FindingKind, Frame
from brummer.model.process import ProcessId
from brummer.model.server import servers
from tests.support.instance import EPOCH, FOLDER, FakeInstance

#: The frames of an error in JavaScript, the innermost first.
FRAMES = (
    Frame(file="src/db/user.js", line=12, column=22, function="findUser"),
    *(
        Frame(file=f"/srv/shop/node_modules/express/{n}.js", line=n, own=False)
        for n in range(1, 7)
    ),
    Frame(file="src/routes.js", line=41, column=18, function="handler"),
)


def error(process: str, title: str = "TypeError: no id", **fields: Any) -> Finding:
    """Return an error of *process*, the same for the same title."""
    kind, _, message = title.partition(": ")
    given = {
        "kind": FindingKind.ERROR,
        "time": EPOCH,
        "type": kind if message else "",
        "message": message,
        "fingerprint": title,
        **fields,
    }
    return Finding(title=title, process=ProcessId(process), **given)


def trace(process: str, **fields: Any) -> Finding:
    """Return an error with frames."""
    given = {
        "frames": FRAMES,
        "file": "src/db/user.js",
        "line_in_file": 12,
        "column": 22,
        **fields,
    }
    return error(process, **given)


def url(process: str, address: str, **fields: Any) -> Finding:
    """Return a server that *process* announced."""
    given = {"time": EPOCH, "details": {"url": address, "label": "app"}, **fields}
    return Finding(
        kind=FindingKind.URL, title=address, process=ProcessId(process), **given
    )


def add_commands(fake: FakeInstance) -> None:
    """Let *fake* have the commands about findings, with answers that are made up."""
    of = Parameter(name="process", description="id", required=False, default="")
    line = Parameter(name="line", description="number", kind=int, required=False)
    fake.add_command(
        Command(
            name="source.read",
            title="read source",
            run=_source,
            parameters=(Parameter(name="file", description="path"), line, of),
        )
    )
    which = Parameter(name="fingerprint", description="which", required=False)
    fake.add_command(
        Command(
            name="error.report",
            title="report an error",
            run=_report,
            parameters=(of, which, line),
        )
    )
    check = Parameter(name="check", description="try", kind=bool, required=False)
    fake.add_command(
        Command(
            name="servers.list",
            title="list the servers",
            run=lambda *, check=False: _servers(fake, check=check),
            parameters=(check,),
        )
    )


def _servers(fake: FakeInstance, *, check: bool) -> list[dict[str, object]]:
    """Return the servers; those of port 1 are down."""
    return [
        {
            **asdict(server),
            "alive": server.port != 1 if check else None,
            "problem": "refused" if check and server.port == 1 else "",
            "seconds": 0.002 if check and server.port != 1 else None,
        }
        for server in servers(fake.findings(), fake.processes())
    ]


def _source(
    file: str, line: int, process: str = "", around: int = 0
) -> dict[str, object]:
    """Return lines that tell where they are from."""
    first = max(1, line - around)
    return {
        "path": f"{FOLDER}/{file}",
        "first": first,
        "lines": [f"line {n} of {process}" for n in range(first, line + around + 1)],
        "modified": EPOCH - 60,
        "problem": "",
    }


def _report(
    process: str = "", fingerprint: str = "", line: int = -1
) -> dict[str, object]:
    """Return which error was asked for."""
    text = f"report of {fingerprint or line} in {process}\n"
    return {"title": fingerprint, "text": text}
