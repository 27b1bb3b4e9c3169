import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from brummer_node import tool as tools
from brummer_node.choice import Manager
from brummer_node.tool import describe_tools, find_node, find_tool
from tests.plugins.node.machine import FakeMachine
from tests.plugins.project import write


def test_a_manager_tells_its_version_through_its_package(machine: FakeMachine) -> None:
    home = machine.install("pnpm", "10.4.1")

    tool = find_tool(Manager.PNPM, machine.environ)

    assert tool is not None
    assert (tool.owner, tool.version, tool.release) == ("pnpm", "10.4.1", (10, 4))
    assert (tool.home, tool.main) == (home, home / "bin" / "pnpm.js")
    assert tool.path == machine.bin / "pnpm"


def test_a_manager_that_is_missing_is_none(machine: FakeMachine) -> None:
    assert find_tool(Manager.NPM, machine.environ) is None


def test_a_stand_in_is_known_by_its_package(machine: FakeMachine) -> None:
    machine.install("pnpm", "0.29.0", package="corepack")

    tool = find_tool(Manager.PNPM, machine.environ)

    assert tool is not None
    assert tool.owner == "corepack"


def test_a_program_without_a_package_has_no_version(machine: FakeMachine) -> None:
    program = machine.bin / "yarn"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)

    tool = find_tool(Manager.YARN, machine.environ)

    assert tool is not None
    assert (tool.owner, tool.version, tool.release) == ("", "", ())


def test_stand_ins_side_by_side_stand_for_programs_side_by_side(
    machine: FakeMachine, root: Path
) -> None:
    machine.install_node()
    home = machine.install("npm", "11.0.0")
    real = machine.root / "node" / "bin"
    real.mkdir(parents=True)
    (machine.bin / "npm").rename(real / "npm")
    (machine.bin / "npm").write_text("#!/bin/sh\nexec asdf npm\n")
    (machine.bin / "npm").chmod(0o755)

    tool = find_tool(Manager.NPM, machine.environ, find_node(root, machine.environ))

    assert tool is not None
    assert (tool.owner, tool.home) == ("npm", home)


def test_a_stand_in_elsewhere_may_be_anything(
    machine: FakeMachine, root: Path, tmp_path: Path
) -> None:
    machine.install_node()
    mine = tmp_path / "mine"
    write(mine, {"npm": "#!/bin/sh\nexec my-own-thing\n"})
    (mine / "npm").chmod(0o755)
    environ = {"PATH": f"{mine}:{machine.bin}"}

    tool = find_tool(Manager.NPM, environ, find_node(root, environ))

    assert tool is not None
    assert tool.owner == ""


def test_bun_is_asked(machine: FakeMachine) -> None:
    machine.install_bun("1.4.5")

    tool = find_tool(Manager.BUN, machine.environ)

    assert tool is not None
    assert (tool.owner, tool.version, tool.node) == ("bun", "1.4.5", "v26.3.0")


def test_a_bun_that_fails_has_no_version(machine: FakeMachine) -> None:
    path = machine.install_bun()
    path.write_text("#!/bin/sh\nexit 1\n")

    tool = find_tool(Manager.BUN, machine.environ)

    assert tool is not None
    assert tool.owner == ""


def test_a_stand_in_for_node_tells_which_one_it_stands_for(
    machine: FakeMachine, root: Path
) -> None:
    machine.install_node("v20.1.0")

    node = find_node(root, machine.environ)

    assert node is not None
    assert node.version == "v20.1.0"
    assert node.path == machine.root / "node" / "bin" / "node"


def test_a_node_that_is_missing_or_broken_is_none(
    machine: FakeMachine, root: Path
) -> None:
    assert find_node(root, machine.environ) is None

    (machine.bin / "node").write_text("#!/bin/sh\necho nonsense\n")
    (machine.bin / "node").chmod(0o755)

    assert find_node(root, machine.environ) is None


def test_twenty_starts_at_once_ask_once(machine: FakeMachine, root: Path) -> None:
    path = machine.install_node()
    answer = path.read_text().splitlines()[1]
    path.write_text(f"#!/bin/sh\necho asked >> {root}/log\n{answer}\n")
    barrier = threading.Barrier(20)

    def start() -> object:
        barrier.wait()
        return find_node(root, machine.environ)

    with ThreadPoolExecutor(20) as pool:
        nodes = {future.result() for future in [pool.submit(start) for _ in range(20)]}

    assert len(nodes) == 1
    assert (root / "log").read_text() == "asked\n"


def test_a_debugger_meant_for_the_users_program_does_not_stop_us(
    machine: FakeMachine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = machine.install_node()
    answer = path.read_text().splitlines()[1]
    path.write_text(f'#!/bin/sh\ntest -z "$NODE_OPTIONS" && {answer}\n')
    monkeypatch.setenv("NODE_OPTIONS", "--inspect-brk")

    assert find_node(root, machine.environ) is not None


def test_reports_name_the_managers(machine: FakeMachine) -> None:
    assert describe_tools(machine.environ) == "no package manager on PATH"

    machine.install("npm", "11.0.0")
    machine.install("yarn", "1.22.22")

    assert describe_tools(machine.environ) == "npm 11.0.0, yarn 1.22.22"


def test_the_machine_is_called_as_node_calls_it() -> None:
    system, processor = tools.machine().split()

    assert system == sys.platform
    assert processor not in {"x86_64", "aarch64"}
