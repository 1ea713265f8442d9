"""Settings come from the environment, and a bad one says what it takes."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from waymark.runtime.config import ConfigError, load_config
from waymark.stdlib.limits import RunLimits


def test_the_defaults_are_the_documented_ones():
    config = load_config({})
    assert (config.worker_count, config.slots_per_worker) == (os.cpu_count(), 10)
    assert (config.poll_interval_ms, config.lock_ttl_ms, config.heartbeat_ms) == (200, 15_000, 5_000)
    assert (config.reclaim_interval_ms, config.log_level, config.user_modules) == (1_000, "INFO", ())
    assert (config.runs_max, config.evict_ms) == (500, 10_000)
    assert config.run_limits == RunLimits()
    assert config.database_url is None


def test_every_setting_is_read():
    config = load_config(
        {
            "WAYMARK_DATABASE_URL": "postgresql://here/db",
            "WAYMARK_DATA_DIR": "/var/lib/waymark",
            "WAYMARK_WORKER_COUNT": "3",
            "WAYMARK_CONCURRENT_PER_WORKER": "20",
            "WAYMARK_USER_MODULE": "shop.actions, mail ,",
            "WAYMARK_POLL_INTERVAL_MS": "250",
            "WAYMARK_LOCK_TTL_MS": "9000",
            "WAYMARK_LOCK_HEARTBEAT_MS": "3000",
            "WAYMARK_EXPIRED_LOCK_RECLAIMER_INTERVAL_MS": "500",
            "WAYMARK_MAX_CONCURRENT_INSTANCES": "77",
            "WAYMARK_EVICT_SLEEP_THRESHOLD_MS": "60000",
            "WAYMARK_LOG_LEVEL": "debug",
            "WAYMARK_RUN_MAX_BUSY_TICKS": "5000",
            "WAYMARK_RUN_MAX_TASKS": "7",
        }
    )
    assert config.run_limits == RunLimits(busy_ticks=5000, tasks=7)
    assert config.database_url == "postgresql://here/db"
    assert config.state_dir == Path("/var/lib/waymark")
    assert (config.worker_count, config.slots_per_worker, config.user_modules) == (3, 20, ("shop.actions", "mail"))
    assert (config.poll_interval_ms, config.lock_ttl_ms, config.heartbeat_ms) == (250, 9000, 3000)
    assert (config.reclaim_interval_ms, config.log_level) == (500, "DEBUG")
    assert (config.runs_max, config.evict_ms) == (77, 60_000)


def test_an_empty_variable_is_an_unset_one():
    assert load_config({"WAYMARK_WORKER_COUNT": "", "WAYMARK_DATABASE_URL": ""}) == load_config({})


@pytest.mark.parametrize(
    ("name", "value", "takes"),
    [
        ("WAYMARK_WORKER_COUNT", "many", "a whole number from 1 to 10000"),
        ("WAYMARK_WORKER_COUNT", "0", "a whole number from 1 to 10000"),
        ("WAYMARK_POLL_INTERVAL_MS", "1.5", "a whole number from 1 to 86400000"),
        ("WAYMARK_LOG_LEVEL", "LOUD", "one of ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']"),
    ],
)
def test_a_bad_value_is_named_with_what_the_variable_takes(name: str, value: str, takes: str):
    with pytest.raises(ConfigError) as caught:
        load_config({name: value})
    assert str(caught.value) == f"{name} is {value!r}; it takes {takes}"


def test_all_bad_values_are_reported_together():
    with pytest.raises(ConfigError) as caught:
        load_config({"WAYMARK_WORKER_COUNT": "x", "WAYMARK_LOG_LEVEL": "y"})
    assert len(str(caught.value).splitlines()) == 2


def test_a_heartbeat_that_could_not_keep_the_lease_is_refused():
    with pytest.raises(ConfigError, match="the heartbeat takes at most half"):
        load_config({"WAYMARK_LOCK_TTL_MS": "5000", "WAYMARK_LOCK_HEARTBEAT_MS": "4000"})


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"XDG_STATE_HOME": "/home/me/.state"}, Path("/home/me/.state/waymark")),
        ({}, Path(tempfile.gettempdir()) / f"waymark-{os.getuid()}"),
    ],
)
def test_engines_of_one_user_share_a_state_folder(environ: dict[str, str], folder: Path):
    assert load_config(environ).state_dir == folder
