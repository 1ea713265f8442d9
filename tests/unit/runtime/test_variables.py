"""Every variable has a meaning that is written down, or is said to have none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from waymark.default import database_url
from waymark.exceptions import ConfigurationError
from waymark.runtime.config import REFUSED, ConfigError, described, load_config
from waymark.runtime.variables import ELSEWHERE, INTERNAL, NO_EFFECT, SAYS, configuration_page, known, remarks

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "reference" / "configuration.md"
HOUSES = ("compiler", "grammar", "runtime", "stdlib", "vm", "waymark")

# The list of the earlier Waymark, see COMPAT.
EARLIER = """
WAYMARK_DATABASE_URL WAYMARK_WORKER_COUNT WAYMARK_CONCURRENT_PER_WORKER WAYMARK_MAX_CONCURRENT_INSTANCES
WAYMARK_EXECUTOR_SHARDS WAYMARK_USER_MODULE WAYMARK_MAX_ACTION_LIFECYCLE WAYMARK_WEBAPP_ENABLED WAYMARK_WEBAPP_ADDR
WAYMARK_POLL_INTERVAL_MS WAYMARK_INSTANCE_DONE_BATCH_SIZE WAYMARK_PERSIST_INTERVAL_MS WAYMARK_LOCK_TTL_MS
WAYMARK_LOCK_HEARTBEAT_MS WAYMARK_EVICT_SLEEP_THRESHOLD_MS WAYMARK_EXPIRED_LOCK_RECLAIMER_INTERVAL_MS
WAYMARK_EXPIRED_LOCK_RECLAIMER_BATCH_SIZE WAYMARK_SCHEDULER_POLL_INTERVAL_MS WAYMARK_SCHEDULER_BATCH_SIZE
WAYMARK_RUNNER_PROFILE_INTERVAL_MS WAYMARK_GARBAGE_COLLECTOR_RETENTION_HOURS WAYMARK_GARBAGE_COLLECTOR_INTERVAL_MS
WAYMARK_GARBAGE_COLLECTOR_BATCH_SIZE WAYMARK_BRIDGE_GRPC_ADDR WAYMARK_BRIDGE_GRPC_HOST WAYMARK_BRIDGE_GRPC_PORT
WAYMARK_BRIDGE_BASE_PORT WAYMARK_BRIDGE_IN_MEMORY WAYMARK_BOOT_COMMAND WAYMARK_BOOT_BINARY WAYMARK_WORKER_GRPC_ADDR
WAYMARK_SKIP_WAIT_FOR_INSTANCE WAYMARK_LOG_LEVEL WAYMARK_PARANOID WAYMARK_DATA_DIR WAYMARK_WEBAPP_TOKEN
WAYMARK_ENCRYPTION_KEY
""".split()


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == configuration_page(), (
        "run: python -m waymark.runtime.variables > docs/reference/configuration.md"
    )


@pytest.mark.parametrize("name", EARLIER)
def test_each_variable_of_the_earlier_waymark_is_known(name: str) -> None:
    assert name in known()


def test_what_is_read_has_a_sentence_and_nothing_else_has() -> None:
    assert {each.name for each in described()} == set(SAYS)


def test_no_variable_is_in_two_tables() -> None:
    tables = [SAYS, ELSEWHERE, NO_EFFECT, REFUSED, dict.fromkeys(INTERNAL)]
    assert sum(map(len, tables)) == len(known())


def test_every_variable_in_the_source_is_in_a_table() -> None:
    said = {
        name: path
        for house in HOUSES
        for path in (ROOT / house).rglob("*.py")
        for name in re.findall(r"\bWAYMARK_[A-Z_]*[A-Z]\b(?!_)", path.read_text(encoding="utf-8"))
    }
    assert {name: str(path) for name, path in said.items() if name not in known()} == {}


def test_a_variable_without_effect_is_reported_with_the_reason() -> None:
    (said,) = remarks({"WAYMARK_WORKER_GRPC_ADDR": "127.0.0.1:24118", "WAYMARK_LOG_LEVEL": "INFO", "HOME": "/root"})
    assert said.startswith("WAYMARK_WORKER_GRPC_ADDR has no effect: an engine and its workers speak over socket pairs")


def test_a_misspelt_variable_is_reported_with_the_one_that_was_meant() -> None:
    assert remarks({"WAYMARK_WORKERS_COUNT": "3"}) == [
        "WAYMARK_WORKERS_COUNT is no variable of Waymark's; did you mean WAYMARK_WORKER_COUNT?"
    ]
    assert remarks({"WAYMARK_XYZZY": "1"}) == ["WAYMARK_XYZZY is no variable of Waymark's"]


def test_a_key_that_would_encrypt_nothing_stops_the_start() -> None:
    with pytest.raises(ConfigError, match="WAYMARK_ENCRYPTION_KEY is set, and this version does not encrypt"):
        load_config({"WAYMARK_ENCRYPTION_KEY": "secret"})


def test_a_key_that_would_encrypt_nothing_stops_a_client_too() -> None:
    with pytest.raises(ConfigurationError, match="WAYMARK_ENCRYPTION_KEY is set, and this version does not encrypt"):
        database_url({"WAYMARK_ENCRYPTION_KEY": "secret", "WAYMARK_DATABASE_URL": "postgresql://localhost/app"})
