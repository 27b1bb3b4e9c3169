"""Tests of who belongs to which tree."""

import subprocess

from brummer.model.process import ProcessId
from brummer.process.census import members
from tests.support.wait import wait_until

WEB = ProcessId("web-1")


def test_nobody_is_looked_for_where_there_are_no_trees() -> None:
    assert members({}) == {}


def test_a_tree_has_its_root_and_what_that_started() -> None:
    with subprocess.Popen(
        ["sh", "-c", "sleep 3620 & sleep 3620"], start_new_session=True
    ) as root:
        try:
            wait_until(lambda: len(members({WEB: root.pid})[WEB]) == 3)

            assert members({WEB: root.pid})[WEB][0] == root.pid
        finally:
            subprocess.run(["pkill", "-s", str(root.pid)], check=True)


def test_a_root_that_is_gone_leaves_an_empty_tree() -> None:
    with subprocess.Popen(["true"], start_new_session=True) as root:
        root.wait()

    assert members({WEB: root.pid}) == {WEB: ()}
