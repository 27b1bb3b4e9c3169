"""Tests that every key has a test that proves that it is applied."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import brummer
from brummer.config.schema import keys, script_keys
from brummer.core.threads import Role, census
from brummer.errors import ConfigError
from tests.app.conftest import Bench
from tests.support.wait import LIMIT

ROOT = Path(brummer.__file__).parent

#: Tables and keys of parts that are not there yet, as the manual says.
WAITING = re.compile(r"proxy_|standard_proxy|no_proxy")

#: Keys that have one allowed value.
FIXED = {"log_store.worker_count"}


def names() -> set[str]:
    """Return what can be set now, with dots."""
    own = {".".join(path) for path, _ in keys()}
    scripts = {"scripts." + ".".join(path) for path, _ in script_keys()}
    return {name for name in own | scripts if not WAITING.match(name)}


def words() -> Iterator[str]:
    """Yield every attribute and text of the program outside of its configuration."""
    for root in (ROOT, ROOT.parent / "plugins"):
        for path in root.rglob("*.py"):
            if path.is_relative_to(ROOT / "config"):
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Attribute):
                    yield node.attr
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def test_every_key_is_read_somewhere() -> None:
    used = set(words())

    unread = {name for name in names() if name.rsplit(".", 1)[-1] not in used}

    assert unread == FIXED


#: What stands before the name of a test of this file.
HERE = "app/test_settings_proven.py::"

#: The same for the file about the bus.
BUS = "app/test_settings_of_the_bus.py::"

#: The same for the file about what comes first.
ORDER = "app/test_readiness.py::"

#: The same for the file about the server for agents.
AGENTS = "app/test_agents.py::"

#: The same for the file about the hub.
HUB = "cli/test_hub.py::"

#: For each key the test that fails if the running program does not heed it, of
#: ``test_settings_applied.py`` or of another file below ``tests/``.
PROOFS: Mapping[str, str] = {
    "preferred_package_manager": (
        "test_a_package_script_goes_through_the_manager_that_was_set"
    ),
    "env_files": "test_files_of_variables_are_those_that_were_set",
    "eventbus.worker_pool_size": BUS + "test_the_pool_has_the_size_that_was_set",
    "eventbus.queue_sizes": (
        BUS + "test_so_much_waits_for_a_busy_bus_and_gives_way_as_was_set"
    ),
    "eventbus.backpressure_strategy": (
        BUS + "test_so_much_waits_for_a_busy_bus_and_gives_way_as_was_set"
    ),
    "eventbus.enable_monitoring": BUS
    + "test_a_queue_that_blocks_is_told_if_that_was_set",
    "eventbus.fallback_mode": HERE + "test_a_fallback_takes_its_threads_away",
    "process_manager.max_concurrent_starts": (
        "test_starts_wait_for_their_turn_and_so_long_for_their_plugins"
    ),
    "process_manager.worker_timeout": (
        "test_starts_wait_for_their_turn_and_so_long_for_their_plugins"
    ),
    "process_manager.status_read_strategy": (
        "app/test_application.py::test_a_locked_process_table_works_as_well"
    ),
    "process_manager.grace": "test_a_stop_gives_the_time_that_was_set",
    "process_manager.history": "test_so_many_ended_processes_are_remembered",
    "process_manager.fallback_mode": (
        BUS + "test_so_much_waits_for_a_busy_bus_and_gives_way_as_was_set"
    ),
    "log_store.buffer_size": "test_so_many_reads_may_wait_for_the_log_thread",
    "log_store.batch_size": "test_so_many_reads_are_stored_before_readers_are_told",
    "log_store.timeout_ms": "test_reads_wait_for_company_as_long_as_was_set",
    "log_store.worker_count": HERE + "test_a_key_with_one_value_takes_no_other",
    "log_store.max_entries": "test_so_much_of_the_log_is_kept",
    "log_store.max_bytes": "test_so_much_of_the_log_is_kept",
    "log_store.max_findings": "test_so_many_findings_are_kept",
    "log_store.fallback_mode": HERE + "test_a_fallback_takes_its_threads_away",
    "history.enabled": (
        "app/test_history.py::test_without_a_history_there_is_what_memory_has"
    ),
    "history.max_bytes": "app/test_history.py::test_no_more_is_kept_than_was_set",
    "history.max_days": (
        "app/test_history.py::test_runs_go_after_the_days_that_were_set"
    ),
    "history.part_bytes": "app/test_history.py::test_a_part_has_the_size_that_was_set",
    "mcp_port": AGENTS + "test_agents_are_served_at_the_port_that_was_set_or_the_next",
    "no_mcp": AGENTS + "test_nobody_is_served_if_that_was_set",
    "mcp.groups": AGENTS + "test_groups_that_were_not_set_are_not_offered",
    "mcp.read_only": AGENTS + "test_read_only_nothing_is_offered_that_changes_anything",
    "mcp.compact": AGENTS + "test_tools_are_told_in_few_words_if_that_was_set",
    "mcp.shared_token": AGENTS + "test_a_token_can_be_the_same_for_all_runs",
    "mcp.origins": AGENTS + "test_pages_that_were_set_may_call_and_no_others",
    "mcp.audit": "app/test_lobby.py::test_calls_and_refusals_are_noted_in_a_file",
    "mcp.max_sessions": AGENTS + "test_there_are_no_more_sessions_than_was_set",
    "mcp.max_body": AGENTS + "test_a_request_is_no_larger_than_was_set",
    "mcp_manager.health_check_interval_ms": HUB
    + "test_instances_are_asked_for_signs_of_life_as_was_set",
    "mcp_manager.max_retry_attempts": HUB
    + "test_instances_are_asked_for_signs_of_life_as_was_set",
    "mcp_manager.session_timeout_ms": AGENTS
    + "test_a_session_that_nobody_uses_ends_after_the_time_that_was_set",
    "resources.max_threads": "test_too_many_threads_are_a_matter_of_the_limit",
    "resources.memory_limit_mb": "test_too_much_memory_is_a_matter_of_the_limit",
    "resources.monitoring_interval_ms": "test_we_are_measured_as_often_as_was_set",
    "resources.fallback_mode": HERE + "test_a_fallback_takes_its_threads_away",
    "tui.theme": "sessions/test_screen_settings.py::test_dark_is_not_light",
    "tui.unicode": (
        "sessions/test_screen_settings.py"
        "::test_no_more_than_ascii_is_drawn_if_that_was_set"
    ),
    "tui.mouse": (
        "sessions/test_screen_settings.py::test_the_mouse_is_reported_as_was_set"
    ),
    "tui.frame_rate": (
        "sessions/test_screen_settings.py::test_so_many_frames_are_drawn_as_were_set"
    ),
    "plugins.disabled": "test_a_plugin_that_is_disabled_finds_nothing",
    "scripts.command": "test_a_stop_begins_with_the_signal_that_was_set",
    "scripts.dir": "test_a_script_runs_where_and_on_what_was_set",
    "scripts.env_files": "test_files_of_variables_are_those_that_were_set",
    "scripts.tty": "test_a_script_runs_where_and_on_what_was_set",
    "scripts.wrapper": "test_a_package_script_goes_through_the_manager_that_was_set",
    "scripts.stop_signal": "test_a_stop_begins_with_the_signal_that_was_set",
    "scripts.grace": "test_a_stop_gives_the_time_that_was_set",
    "scripts.restart": "test_what_failed_is_started_again_if_that_was_set",
    "scripts.watch": ORDER
    + "test_a_script_is_restarted_when_a_file_changes_that_was_set",
    "scripts.ignore": ORDER
    + "test_a_script_is_restarted_when_a_file_changes_that_was_set",
    "scripts.ready.tcp": ORDER + "test_an_api_waits_for_the_port_of_its_db",
    "scripts.ready.interval": ORDER + "test_an_api_waits_for_the_port_of_its_db",
    "scripts.ready.http": ORDER
    + "test_the_status_of_an_answer_is_the_one_that_was_set",
    "scripts.ready.status": ORDER
    + "test_the_status_of_an_answer_is_the_one_that_was_set",
    "scripts.ready.timeout": ORDER + "test_a_look_takes_no_longer_than_was_set",
    "scripts.ready.exec": ORDER
    + "test_a_command_is_run_in_the_folder_with_the_variables_of_the_process",
    "scripts.ready.log": ORDER + "test_a_line_makes_a_process_ready",
    "scripts.ready.url": ORDER + "test_an_address_makes_a_process_ready",
    "scripts.ready.delay": ORDER
    + "test_the_first_look_is_taken_after_the_delay_that_was_set",
    "scripts.ready.failures": ORDER + "test_so_many_failures_are_borne_as_were_set",
    "scripts.ready.within": ORDER
    + "test_who_is_not_ready_within_the_time_that_was_set_fails_the_others",
}


@pytest.mark.parametrize("key", sorted(names()))
def test_a_key_has_a_test_that_proves_it(key: str) -> None:
    file, _, test = PROOFS[key].rpartition("::")
    path = ROOT.parent / "tests" / (file or "app/test_settings_applied.py")
    text = path.read_text("utf-8")

    assert text.count(f"def {test}(") == 1
    assert key.rsplit(".", 1)[-1] in text


def test_the_manual_says_which_keys_wait_for_what_is_to_come() -> None:
    manual = (ROOT.parent / "man" / "brum.toml.5").read_text("utf-8")
    caveats = manual.split(".Sh CAVEATS")[1]
    coming = {".".join(path) for path, _ in keys()} - names()

    tables = {key.split(".")[0] for key in coming if "." in key}
    alone = {key for key in coming if "." not in key}

    for name in tables | alone:
        assert f".Ic {name}" in caveats or f".Ql {name}" in caveats


def test_a_key_with_one_value_takes_no_other(bench: Bench) -> None:
    for key in FIXED:
        bench.project(f"{key}=1")

        with pytest.raises(ConfigError, match=key):
            bench.project(f"{key}=2")


@pytest.mark.parametrize(
    ("table", "role"),
    [("eventbus", Role.BUS), ("log_store", Role.LOG), ("resources", Role.MONITOR)],
)
def test_a_fallback_takes_its_threads_away(
    bench: Bench, table: str, role: Role
) -> None:
    bench.application(f"{table}.fallback_mode=true").run_aside(lambda: None).result(
        LIMIT
    )
    without = census().get(role, 0)
    bench.application().run_aside(lambda: None).result(LIMIT)

    assert without == 0
    assert census().get(role, 0) > 0
