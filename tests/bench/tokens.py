"""How much of an agent's context tools take: their list, and typical answers.

Tokens are estimated as bytes of compact JSON by four, for everybody alike.
"""

import asyncio
import json
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from pydantic import BaseModel

from tests.bench import program
from tests.bench.table import Table, verdict
from tests.support.agent import new_agent

#: Bytes that make about one token.
BYTES: Final = 4

#: The most tools that are listed, and the most tokens of their list, of an answer, and
#: of one for which more was asked.
TOOLS: Final = 20
LIST: Final = 6_000
ANSWER: Final = 2_000
LONG: Final = 5_000

#: What options of ``brum`` make of the list.
LISTS: Final[Mapping[str, Sequence[str]]] = {
    "brum": (),
    "brum, read only": ("-o", "mcp.read_only=true"),
    "brum, compact": ("-o", "mcp.compact=true"),
    "brum, core alone": ("-o", 'mcp.groups=["core"]'),
    "brum, queue alone": ("-o", 'mcp.groups=["queue"]'),
}

_CHROME: Final = ("chrome-devtools-mcp", "--no-usage-statistics")

#: Others with the command that serves on standard input and output.
PEERS: Final[Mapping[str, Sequence[str]]] = {
    "chrome-devtools-mcp": _CHROME,
    "chrome-devtools-mcp, slim": (*_CHROME, "--slim"),
}

#: Prints what a server prints on a day on which not all goes well.
_SCRIPT: Final = """\
import time, traceback
print("serving on http://localhost:3000/", flush=True)
for number in range(2000):
    print(f"GET /api/v1/items/{number:06}?page=3 200 9ms user=alice", flush=True)
for name in ("user", "cart", "price"):
    try:
        {}[name]
    except KeyError:
        traceback.print_exc()
time.sleep(3600)
"""

#: What is typical, in this order.
CALLS: Final[Sequence[tuple[str, Mapping[str, object]]]] = (
    ("about", {}),
    ("scripts_list", {}),
    ("ensure_running", {"name": "web"}),
    ("wait_for", {"process": "web", "what": "error"}),
    ("scripts_status", {}),
    ("errors_list", {}),
    ("logs_stream", {"process": "web"}),
    ("logs_stream", {"process": "web", "limit": 500}),
    ("logs_search", {"query": "items/0001"}),
    ("urls_list", {}),
    ("health", {}),
    ("config_get", {}),
)


class Cost(NamedTuple):
    """Tools, or calls, and about how many tokens they take."""

    things: int
    tokens: int


def tokens(value: object) -> int:
    """Return about how many tokens *value* takes as JSON."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return -(-len(text.encode()) // BYTES)


def listed(options: Sequence[str]) -> Cost:
    """Return what the list of the program's tools takes, with some options."""

    async def ask(server: tuple[int, str]) -> Cost:
        async with new_agent(server, "auto") as agent:
            return await _cost(agent.client)

    with (
        program.project({"web": "sleep 60"}) as site,
        site.brum("--no-tui", "-p", "0", *options),
    ):
        site.wait_for_instance()
        return asyncio.run(ask(site.server()))


async def _cost(client: Client) -> Cost:
    tools = (await client.list_tools()).tools
    return Cost(len(tools), tokens([_sent(tool) for tool in tools]))


def _sent(value: BaseModel) -> Any:
    """Return *value* as it is sent."""
    return value.model_dump(by_alias=True, mode="json", exclude_none=True)


def answered() -> dict[str, int]:
    """Return the tokens of typical answers, by the calls."""

    async def ask(server: tuple[int, str]) -> dict[str, int]:
        async with new_agent(server, "auto") as agent:
            found = {}
            for tool, arguments in CALLS:
                result = await agent.client.call_tool(tool, dict(arguments))
                assert not result.is_error, result
                words = [f"{name}={value}" for name, value in arguments.items()]
                found[" ".join([tool, *words])] = tokens(_sent(result))
            return found

    with program.project({}) as site:
        script = site.write("web.py", _SCRIPT)
        command = shlex.join([sys.executable, str(script)])
        names = [f"job{number:02}" for number in range(20)]
        lines = [f"web: {command}", *(f"{name}: sleep 3600" for name in names)]
        site.write("Procfile", "\n".join(lines))
        with site.brum("--no-tui", "-p", "0", *names):
            site.wait_for_instance()
            return asyncio.run(ask(site.server()))


def listed_by(command: Sequence[str]) -> Cost | None:
    """Return what the list of somebody else's tools takes; ``None`` if not here."""
    path = shutil.which(command[0])
    if path is None:
        return None

    async def ask() -> Cost:
        server = StdioServerParameters(command=path, args=list(command[1:]))
        async with Client(server, mode="legacy") as client:
            return await _cost(client)

    return asyncio.run(asyncio.wait_for(ask(), 60))


def tables() -> Iterator[Table]:
    """Measure."""
    yield _lists()
    yield _answers()


def _lists() -> Table:
    table = Table(
        "Tokens of the list of tools", ("server", "tools", "tokens", "target", "met")
    )
    for about, options in LISTS.items():
        cost = listed(options)
        is_met = cost.tokens <= LIST and cost.things <= TOOLS
        row = (str(cost.things), f"{cost.tokens:,}", f"{LIST:,}", verdict(is_met))
        table.add(about, *row)
    for about, command in PEERS.items():
        if (other := listed_by(command)) is None:
            table.notes.append(f"{about} is not here.")
        else:
            table.add(about, str(other.things), f"{other.tokens:,}")
    table.notes.append(
        f"A token is counted as {BYTES} bytes of compact JSON.  The server of"
        " process-compose was not run."
    )
    return table


def _answers() -> Table:
    table = Table("Tokens of typical answers", ("call", "tokens", "target", "met"))
    for call, count in answered().items():
        most = LONG if "limit=" in call else ANSWER
        table.add(call, f"{count:,}", f"{most:,}", verdict(count <= most))
    table.notes.append(
        "Whole results, text and data.  21 processes; the server printed 2,000 lines"
        " and three errors."
    )
    return table
