"""Holders, the guard and the server itself die by kill -9, at bad moments."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from waymark.runtime.embedded import EmbeddedPostgres, guard

from .holders import ended, eventually, guards_on, holder, is_dead, is_idle, kill_and_wait, processes_on
from .test_sharing import ask


def test_the_server_goes_when_its_only_holder_is_killed(state: Path) -> None:
    only = holder(state, durable=True)
    with ended(only):
        server = int(only.told()["pid"])
        only.kill()
        eventually(lambda: is_dead(server), "the end of the server", seconds_max=5)
        eventually(lambda: is_idle(state), "the end of every process", seconds_max=5)


@pytest.mark.parametrize("moment", ["init.*", "init.*/PG_VERSION", "data", "data/postmaster.pid"])
def test_nothing_stays_when_the_only_holder_is_killed_while_opening(empty_state: Path, moment: str) -> None:
    only = holder(empty_state)
    with ended(only):
        eventually(lambda: list(empty_state.glob(f"pg*/{moment}")), moment)
        only.kill()
        eventually(lambda: is_idle(empty_state), f"the end of {processes_on(empty_state)}")
    with EmbeddedPostgres.open(empty_state, durable=False) as pg:
        assert ask(pg.dsn(), "SELECT current_database()") == "waymark"


def test_committed_rows_survive_the_death_of_the_postmaster(durable_server: EmbeddedPostgres) -> None:
    ask(durable_server.dsn(), "CREATE TABLE kept (n int)")
    for n in range(10):
        ask(durable_server.dsn(), f"INSERT INTO kept VALUES ({n})")
    kill_and_wait(durable_server.pid)
    with EmbeddedPostgres.open(durable_server.folder.parent) as pg:
        assert pg.pid != durable_server.pid
        assert pg.dsn() == durable_server.dsn(), "the DSN of those who held on should work again"
        assert ask(pg.dsn(), "SELECT count(*) FROM kept") == 10


def test_a_holder_revives_the_server(durable_server: EmbeddedPostgres) -> None:
    before = durable_server.dsn()
    kill_and_wait(durable_server.pid)
    durable_server.revive()
    assert ask(before, "SELECT 1") == 1


def test_the_last_one_out_of_a_dead_server_is_not_troubled(state: Path) -> None:
    with EmbeddedPostgres.open(state, durable=False) as pg:
        kill_and_wait(pg.pid)


def test_removing_the_folder_under_the_server_blocks_nobody(state: Path) -> None:
    with EmbeddedPostgres.open(state, durable=False) as pg:
        shutil.rmtree(pg.folder)
        with EmbeddedPostgres.open(state, durable=False) as anew:
            pg.close()
            assert ask(anew.dsn(), "SELECT 1") == 1, "who held the old one has stopped the new one"
    kill_and_wait(pg.pid)  # would end by itself, at its next look for its pid file, which it takes once a minute


def test_without_its_guard_all_goes_on(state: Path) -> None:
    with EmbeddedPostgres.open(state, durable=False) as pg:
        kill_and_wait(guards_on(state)[0])
        assert ask(pg.dsn(), "SELECT 1") == 1
        with EmbeddedPostgres.open(state, durable=False):
            assert len(eventually(lambda: guards_on(state), "a new guard")) == 1
        kill_and_wait(guards_on(state)[0])
    assert is_dead(pg.pid)


def test_an_orphan_is_adopted_and_stopped_by_the_last_one_out(state: Path) -> None:
    only = holder(state)
    with ended(only):
        server = int(only.told()["pid"])
        kill_and_wait(guards_on(state)[0])
        only.kill()
    with EmbeddedPostgres.open(state, durable=False) as first, EmbeddedPostgres.open(state, durable=False) as second:
        assert first.pid == second.pid == server
        first.close()
        assert not is_dead(server)
    assert is_dead(server)


def test_a_durable_user_replaces_an_orphan_that_is_not(state: Path) -> None:
    only = holder(state)
    with ended(only):
        server = int(only.told()["pid"])
        kill_and_wait(guards_on(state)[0])
        only.kill()
    with EmbeddedPostgres.open(state) as pg:
        assert is_dead(server)
        assert ask(pg.dsn(), "SHOW fsync") == "on"


def test_a_server_that_hangs_is_shot(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hasty = ((0.0, signal.SIGINT), (0.1, signal.SIGQUIT), (0.2, signal.SIGKILL))
    monkeypatch.setattr(guard, "ESCALATION", hasty)
    monkeypatch.setattr(guard, "ANSWER_SECONDS_MAX", 0.1)
    with EmbeddedPostgres.open(state, durable=False) as pg:
        os.kill(pg.pid, signal.SIGSTOP)
    assert is_dead(pg.pid)
