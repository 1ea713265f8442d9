"""Any number of processes hold one server: the first starts it, the last stops it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from waymark.runtime.embedded import DurabilityError, EmbeddedPostgres, EmbeddedPostgresError

from .holders import ended, eventually, guards_on, holder, is_dead, processes_on


def ask(dsn: str, query: str) -> object:
    async def run() -> object:
        connection = await asyncpg.connect(dsn, timeout=10)
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return asyncio.run(run())


def test_five_processes_at_once_from_nothing_share_one_server(empty_state: Path) -> None:
    holders = [holder(empty_state) for _ in range(5)]
    with ended(*holders):
        told = [each.told() for each in holders]
        servers = {each["pid"] for each in told}
        assert len(servers) == 1, told
        assert len(guards_on(empty_state)) == 1

        holders[2].kill()
        for one in told:
            assert ask(one["dsn"], "SELECT current_database()") == "waymark"
            assert ask(one["socket_dsn"], "SELECT 1") == 1

        *others, last = [each for each in holders if each is not holders[2]]
        for each in others:
            each.leave()
        server = int(servers.pop())
        assert not is_dead(server)
        last.leave()
        assert is_dead(server), "the last one out returned before the server had stopped"


def test_the_one_who_makes_the_cluster_may_be_killed_meanwhile(empty_state: Path) -> None:
    holders = [holder(empty_state) for _ in range(5)]
    with ended(*holders):
        stage = eventually(lambda: list(empty_state.glob("pg*/init.*/PG_VERSION")), "an initdb at work")[0].parent
        maker = int(stage.suffix[1:])
        survivors = [each for each in holders if each.pid != maker]
        next(each for each in holders if each.pid == maker).kill()
        told = [each.told() for each in survivors]
        assert len({each["pid"] for each in told}) == 1
        assert ask(told[0]["dsn"], "SELECT current_database()") == "waymark"
        assert not list(empty_state.glob("pg*/init.*")), "what the killed one left behind was not cleared away"


def test_a_child_that_opens_the_folder_outlives_its_parent(state: Path) -> None:
    with EmbeddedPostgres.open(state, durable=False) as parent:
        child = holder(state)
        with ended(child):
            told = child.told()
            assert told["dsn"] == parent.dsn()
            parent.close()
            assert ask(told["dsn"], "SELECT 1") == 1
            child.leave()
            assert is_dead(parent.pid)


def test_one_process_may_hold_it_twice(state: Path) -> None:
    with EmbeddedPostgres.open(state, durable=False) as first:
        with EmbeddedPostgres.open(state, durable=False) as second:
            assert second.pid == first.pid
        assert ask(first.dsn(), "SELECT 1") == 1
        first.close()
        first.close()  # again: does nothing
        assert is_dead(first.pid)


def test_a_closed_one_cannot_be_revived(state: Path) -> None:
    pg = EmbeddedPostgres.open(state, durable=False)
    pg.close()
    with pytest.raises(EmbeddedPostgresError, match=r"was closed; open it again$"):
        pg.revive()


FORK = """
import os, sys
from pathlib import Path
from waymark.runtime.embedded import EmbeddedPostgres
from waymark.runtime.embedded.guard import find_postmaster
with EmbeddedPostgres.open(Path(sys.argv[1]), durable=False) as pg:
    child = os.fork()
    if child == 0:
        pg.close()
        os._exit(0)
    os.waitpid(child, 0)
    with EmbeddedPostgres.open(Path(sys.argv[1]), durable=False):
        pass  # would stop the server, had the child unlocked its parent's hold
    print(find_postmaster(pg.folder) is not None)
"""


def test_a_fork_that_closes_its_copy_leaves_the_parent_its_hold(state: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FORK, str(state)], capture_output=True, text=True, timeout=60)
    assert done.stdout == "True\n", done.stderr


def test_data_and_password_and_port_stay(state: Path) -> None:
    with EmbeddedPostgres.open(state, durable=False) as pg:
        before = pg.dsn()
        ask(before, "CREATE TABLE kept AS SELECT 7 AS n")
    with EmbeddedPostgres.open(state, durable=False) as pg:
        assert pg.dsn() == before
        assert ask(before, "SELECT n FROM kept") == 7


def test_a_password_is_asked_for_over_tcp(state: Path) -> None:
    with EmbeddedPostgres.open(state, durable=False) as pg:
        password = (pg.folder / "password").read_text()
        assert (pg.folder / "password").stat().st_mode & 0o777 == 0o600
        with pytest.raises(asyncpg.InvalidPasswordError):
            ask(pg.dsn().replace(password, "guess"), "SELECT 1")


def test_durable_means_fsync(state: Path) -> None:
    with EmbeddedPostgres.open(state) as pg:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert ask(pg.dsn(), f"SHOW {setting}") == "on"
        assert not (pg.folder / "unsynced").exists()
        with EmbeddedPostgres.open(state, durable=False) as careless:  # gets more than it asked for
            assert careless.pid == pg.pid


def test_a_durable_user_refuses_a_server_that_is_not(state: Path) -> None:
    with EmbeddedPostgres.open(state, durable=False) as pg:
        assert ask(pg.dsn(), "SHOW fsync") == "off"
        with pytest.raises(DurabilityError, match="is running with durable=False"):
            EmbeddedPostgres.open(state)
        assert ask(pg.dsn(), "SELECT 1") == 1, "the refused one took the server with it"
    with EmbeddedPostgres.open(state) as pg:  # nobody uses it any more: synced and started again
        assert ask(pg.dsn(), "SHOW fsync") == "on"


def test_no_guard_stays_when_all_have_left(state: Path) -> None:
    with EmbeddedPostgres.open(state, durable=False) as pg:
        assert len(guards_on(pg.folder)) == 1
    eventually(lambda: not guards_on(pg.folder), "the end of the guard")
    assert os.getpid() not in processes_on(state), "a file of the folder was left open"
