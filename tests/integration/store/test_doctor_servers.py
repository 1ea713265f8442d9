"""What only a server of its own can show: a standby, and a disk that is full. And the command line around it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import temporary_state
from waymark.cli.app import run_app
from waymark.client import Client
from waymark.runtime.embedded import EmbeddedPostgres
from waymark.runtime.ports import Unreachable
from waymark.runtime.store.migrate import migrate, packaged
from waymark.runtime.store.postgres import PostgresStore

from .making import new_run

Capture = pytest.CaptureFixture[str]


def asked(capsys: Capture, dsn: str, *command: str, **environ: str) -> tuple[int, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAYMARK_DATABASE_URL", dsn)
        patch.setenv("COLUMNS", "400")
        for name, value in environ.items():
            patch.setenv(name, value)
        code = run_app(list(command))
    said = capsys.readouterr()
    return code, said.out + said.err


def doctor(capsys: Capture, dsn: str) -> tuple[int, dict[str, dict[str, str]]]:
    code, said = asked(capsys, dsn, "doctor", "--json")
    (report,) = json.loads(said)
    assert report["ok"] is (code == 0)
    return code, {each["check"]: each for each in report["findings"]}


@pytest.fixture
def standby() -> Iterator[str]:
    """A server that follows a primary which is not there: what it has may be read."""
    with temporary_state() as state:
        with EmbeddedPostgres.open(state, durable=False) as server:
            asyncio.run(migrate(server.dsn()))
            (server.folder / "data" / "standby.signal").touch()
        with EmbeddedPostgres.open(state, durable=False) as server:
            yield server.dsn()


def test_a_standby_is_told_by_everybody(
    standby: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    code, found = doctor(capsys, standby)
    assert code == 1 and found["primary"]["state"] == "problem"
    assert "is a read-only standby" in found["primary"]["what"]
    assert found["primary"]["do"] == "use the DSN of its primary"
    with pytest.raises(
        Unreachable, match=r"is a read-only standby; this server is|is a read-only standby; use the DSN"
    ):
        asyncio.run(Client.connect(standby))
    monkeypatch.chdir(tmp_path)
    Path("shop.py").write_text(
        "from waymark import Workflow, workflow\n\n\n@workflow\nclass Shop(Workflow):\n"
        "    async def run(self) -> int:\n        return 1\n"
    )
    for command in (["start-workers"], ["run", "shop.py:Shop"], ["db", "migrate"]):
        code, said = asked(capsys, standby, *command)
        assert code == 1 and "is a read-only standby; use the DSN of its primary" in said, command
        assert said.startswith("error: ") and said.count("\n") == 1


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A state folder on a file system of 220 MB."""
    if os.geteuid() != 0:
        pytest.skip("NOT TESTED: a full disk, since only root may mount one")
    with temporary_state() as state:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=220m", "tmpfs", str(state)], capture_output=True)
        if mounted.returncode:
            pytest.skip(f"NOT TESTED: a full disk, since none can be mounted: {mounted.stderr.decode().strip()}")
        try:
            yield state
        finally:
            subprocess.run(["umount", "-l", str(state)], check=True)


def test_a_full_disk_is_found_and_nothing_is_lost_when_there_is_room_again(small_disk: Path, capsys: Capture) -> None:
    with EmbeddedPostgres.open(small_disk, durable=False) as server:
        dsn = server.dsn()

        async def start(size: int) -> None:
            store = await PostgresStore.connect(dsn)
            try:
                await store.put_units({b"%d" % size: os.urandom(size)})
                await store.start(new_run(key=f"of {size}"))
            finally:
                await store.close()

        asyncio.run(start(10))
        assert doctor(capsys, dsn)[1]["disk"]["state"] == "ok"
        filler = small_disk / "filler"
        with filler.open("wb") as full:
            try:
                while True:
                    full.write(bytes(1 << 16))
                    full.flush()
            except OSError:
                pass  # it is full
        try:
            code, found = doctor(capsys, dsn)
            with pytest.raises(Unreachable, match=r"\(53100\); the server's disk is full; make room"):
                asyncio.run(start(8_000_000))
        finally:
            filler.unlink()
        assert code == 1 and found["disk"]["state"] == "problem"
        assert "(53100)" in found["disk"]["what"] and "nothing that was committed is lost" in found["disk"]["do"]
        asyncio.run(start(8_000_000))
        assert doctor(capsys, dsn)[1]["disk"]["state"] == "ok"


def test_exit_codes_and_the_table(
    database: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WAYMARK_DATA_DIR", str(tmp_path))
    code, said = asked(capsys, database, "doctor")
    assert code == 0 and "what to do" in said and "fsync or full_page_writes is off" in said
    assert database.rpartition("/")[2] in said and "problem" not in said
    code, said = asked(capsys, f"{database}_missing", "doctor")
    assert code == 1 and "create it with `createdb`" in said
    for bad, message in (
        ("mysql://u:hidden@x/y", "WAYMARK_DATABASE_URL: the DSN cannot be read"),
        ("", "WAYMARK_DATABASE_URL is not set"),
        ("postgresql://u:hidden@x:99999/y", "has '99999' as its port"),
    ):
        code, said = asked(capsys, bad, "doctor")
        assert code == 2 and message in said and "hidden" not in said
    code, said = asked(capsys, database, "doctor", WAYMARK_DATABASE_POOLED="perhaps")
    assert (code, said) == (2, "error: WAYMARK_DATABASE_POOLED is 'perhaps'; it takes 1 or 0\n")


def test_status_and_migrate(postgres_server: EmbeddedPostgres, database: str, capsys: Capture) -> None:
    code, said = asked(capsys, database, "db", "status")
    assert code == 0 and f"up to date, {len(packaged())} migrations" in said and "runs" in said
    code, said = asked(capsys, database, "db", "migrate")
    assert code == 0 and said.endswith("nothing to do, the schema is up to date\n")
    asyncio.run(_drop(database))
    code, said = asked(capsys, database, "db", "status", "--json")
    (status,) = json.loads(said)
    assert code == 1 and status["missing"] == [migration.name for migration in packaged()]
    code, said = asked(capsys, database, "db", "migrate", "--json")
    assert code == 0 and json.loads(said)[0]["applied"] == [migration.name for migration in packaged()]
    code, said = asked(capsys, database, "db", "status")
    assert code == 0


async def _drop(dsn: str) -> None:
    from .making import rows

    await rows(dsn, "drop schema waymark cascade")
