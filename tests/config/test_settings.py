import pytest

from brummer.config.schema import Key, keys, script_keys
from brummer.config.settings import Settings
from brummer.config.text import KeyPath, dotted

EVERY = [pytest.param(path, key, id=dotted(path)) for path, key in keys()]
EVERY += [
    pytest.param(path, key, id=f"scripts.NAME.{dotted(path)}")
    for path, key in script_keys()
]

#: The defaults that other programs and documents rely on.
PROMISED = {
    "mcp_port": 7777,
    "proxy_port": 19888,
    "proxy_mode": "reverse",
    "eventbus.queue_sizes": (100, 500, 1000),
    "eventbus.backpressure_strategy": "drop_oldest",
    "eventbus.enable_monitoring": True,
    "process_manager.max_concurrent_starts": 10,
    "process_manager.status_read_strategy": "atomic",
    "process_manager.worker_timeout": 5.0,
    "log_store.buffer_size": 10_000,
    "log_store.batch_size": 100,
    "log_store.worker_count": 1,
    "log_store.timeout_ms": 50,
    "proxy_server.request_buffer_size": 1000,
    "proxy_server.connection_timeout_ms": 5000,
    "proxy_server.max_ws_clients": 50,
    "mcp_manager.health_check_interval_ms": 30_000,
    "mcp_manager.session_timeout_ms": 300_000,
    "mcp_manager.max_retry_attempts": 3,
    "resources.memory_limit_mb": 512,
    "resources.monitoring_interval_ms": 10_000,
}


@pytest.mark.parametrize(("path", "key"), EVERY)
def test_a_default_obeys_its_own_rule(path: KeyPath, key: Key) -> None:
    assert key.rule.read(key.default) == key.default


@pytest.mark.parametrize(("path", "key"), EVERY)
def test_a_number_has_both_limits(path: KeyPath, key: Key) -> None:
    numbers = key.default if isinstance(key.default, tuple) else (key.default,)

    if any(type(one) in {int, float} for one in numbers):
        assert {"minimum", "maximum"} <= set(key.limits)


@pytest.mark.parametrize(("name", "value"), PROMISED.items())
def test_a_promised_default_is_kept(name: str, value: object) -> None:
    defaults = {dotted(path): key.default for path, key in keys()}

    assert defaults[name] == value


def test_the_bus_has_between_four_and_thirty_two_workers() -> None:
    assert 4 <= Settings().eventbus.worker_pool_size <= 32
