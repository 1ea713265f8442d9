"""The same on another Postgres than the wheel's, found by the environment variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from waymark.runtime.embedded import EmbeddedPostgres

from .holders import ended, eventually, holder, is_dead, kill_and_wait
from .test_sharing import ask

DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


@pytest.mark.skipif(not DEBIAN, reason="NOT TESTED: another version, since /usr/lib/postgresql holds none")
@pytest.mark.parametrize("program", DEBIAN, ids=lambda program: f"pg{program.parts[4]}")
def test_a_server_of_debian(empty_state: Path, program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYMARK_PG_BIN", str(program.parent))
    major = program.parts[4]
    with EmbeddedPostgres.open(empty_state) as pg:
        assert pg.folder.name == f"pg{major}"
        assert pg.version.startswith(f"{major}.")
        assert str(ask(pg.dsn(), "SHOW server_version")).split()[0] == pg.version
        ask(pg.socket_dsn(), "CREATE TABLE kept AS SELECT 1 AS n")
        kill_and_wait(pg.pid)
        pg.revive()
        assert ask(pg.dsn(), "SELECT n FROM kept") == 1
        other = holder(empty_state)
        with ended(other):
            assert other.told()["dsn"] == pg.dsn()
            pg.close()
            other.kill()
            eventually(lambda: is_dead(pg.pid), "the end of the server", seconds_max=5)


def test_two_versions_do_not_touch_each_other(empty_state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with EmbeddedPostgres.open(empty_state, durable=False) as ours:
        others = [program for program in DEBIAN if program.parts[4] != ours.version.split(".")[0]]
        if not others:
            pytest.skip("NOT TESTED: two versions at once, since /usr/lib/postgresql holds no other")
        monkeypatch.setenv("WAYMARK_PG_BIN", str(others[0].parent))
        with EmbeddedPostgres.open(empty_state, durable=False) as theirs:
            assert theirs.folder != ours.folder
            assert ask(ours.dsn(), "SHOW server_version_num") != ask(theirs.dsn(), "SHOW server_version_num")
