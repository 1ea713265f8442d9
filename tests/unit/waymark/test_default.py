"""The client that workflows use by themselves: how it is found, shared and closed."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import cast

import pytest

import waymark
from waymark import ConfigurationError, default
from waymark.client import Client
from waymark.default import database_url, default_client, use_store
from waymark.runtime.people import ClientStore

from .running import memory_store

DSN = "postgresql://app:hidden@db.example:5432/app"


class FakeStore:
    """Of a database that is told when it is opened and closed."""

    def __init__(self) -> None:
        self.closed = False

    async def close(self) -> None:
        await asyncio.sleep(0)  # as a real one, it needs the loop for that
        self.closed = True


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[FakeStore]:
    stores: list[FakeStore] = []

    async def connect(dsn: str) -> Client:
        stores.append(FakeStore())
        await asyncio.sleep(0)
        return Client(cast(ClientStore, stores[-1]))

    monkeypatch.setattr(default.Client, "connect", connect)
    monkeypatch.setenv("WAYMARK_DATABASE_URL", DSN)
    return stores


def test_all_that_ask_in_one_loop_share_one_client_that_is_closed_with_the_loop(opened: list[FakeStore]) -> None:
    async def main() -> None:
        clients = await asyncio.gather(*(default_client() for _ in range(5)))
        assert len(set(map(id, clients))) == 1
        assert len(opened) == 1 and not opened[0].closed

    asyncio.run(main())
    assert opened[0].closed
    asyncio.run(main_of_another_loop())
    assert [store.closed for store in opened] == [True, True]


async def main_of_another_loop() -> None:
    await default_client()


def test_it_is_closed_when_the_script_fails(opened: list[FakeStore]) -> None:
    async def main() -> None:
        await default_client()
        raise LookupError

    with pytest.raises(LookupError):
        asyncio.run(main())
    assert opened[0].closed


def test_closing_by_hand_closes_now_and_the_next_use_opens_again(opened: list[FakeStore]) -> None:
    async def main() -> None:
        await waymark.close()  # nothing to close
        first = await default_client()
        await waymark.close()
        assert opened[0].closed
        assert await default_client() is not first

    asyncio.run(main())
    assert [store.closed for store in opened] == [True, True]


def test_another_database_gets_a_client_of_its_own(opened: list[FakeStore], monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        first = await default_client()
        monkeypatch.setenv("WAYMARK_DATABASE_URL", DSN + "2")
        assert await default_client() is not first
        monkeypatch.setenv("WAYMARK_DATABASE_URL", DSN)
        assert await default_client() is first

    asyncio.run(main())
    assert [store.closed for store in opened] == [True, True]


def test_a_failed_connection_is_no_reason_to_fail_again(
    opened: list[FakeStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = default.Client.connect

    async def fail(dsn: str) -> Client:
        raise waymark.Unreachable("not yet")

    async def main() -> None:
        monkeypatch.setattr(default.Client, "connect", fail)
        with pytest.raises(waymark.Unreachable, match="not yet"):
            await default_client()
        monkeypatch.setattr(default.Client, "connect", connect)
        await default_client()

    asyncio.run(main())
    assert opened[0].closed


def test_a_loop_that_is_gone_is_not_kept(opened: list[FakeStore]) -> None:
    async def main() -> weakref.ref[asyncio.AbstractEventLoop]:
        await default_client()
        return weakref.ref(asyncio.get_running_loop())

    first = asyncio.run(main())
    asyncio.run(main())
    gc.collect()
    assert first() is None


def test_a_store_that_is_given_is_used_and_stays_open(opened: list[FakeStore]) -> None:
    store = FakeStore()

    async def main() -> None:
        client = use_store(cast(ClientStore, store))
        assert await default_client() is client

    asyncio.run(main())
    assert not opened and not store.closed


def test_a_client_closes_its_store_at_the_end_of_its_block() -> None:
    store = FakeStore()

    async def main() -> None:
        async with Client(cast(ClientStore, store)) as client:
            assert cast(object, client.store) is store
            assert not store.closed

    asyncio.run(main())
    assert store.closed


def test_without_a_database_the_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYMARK_DATABASE_URL", raising=False)
    with pytest.raises(ConfigurationError, match=r"^WAYMARK_DATABASE_URL is not set: it names the Postgres"):
        asyncio.run(default_client_of_a_new_loop())


async def default_client_of_a_new_loop() -> Client:
    return await default_client()


@pytest.mark.parametrize(
    ("dsn", "said"),
    [
        ("", "WAYMARK_DATABASE_URL is not set"),
        (
            "mysql://app:hidden@db/app",
            r"it begins with mysql://, and runs are kept in Postgres; it has the form postgresql://",
        ),
        ("localhost:5432", r"WAYMARK_DATABASE_URL: the DSN cannot be read"),
        ("postgresql://app:hid/den@db/app", r"WAYMARK_DATABASE_URL: the DSN cannot be read.*\(/ as %2F"),
        ("postgresql://app:hidden@db:70000/app", "has '70000' as its port, which is a number from 1 to 65535"),
    ],
)
def test_a_dsn_that_cannot_be_used_is_told_without_its_password(dsn: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        database_url({"WAYMARK_DATABASE_URL": dsn})
    assert "hid" not in str(caught.value)


@pytest.mark.parametrize(
    "dsn", [DSN, "postgres://db/app", "postgresql:///app?host=/run/pg", "postgresql://[::1]:5433/app"]
)
def test_a_dsn_that_can_be_used_is_left_as_it_is(dsn: str) -> None:
    assert database_url({"WAYMARK_DATABASE_URL": dsn}) == dsn


def test_the_memory_store_is_a_store_like_any_other() -> None:
    async def main() -> None:
        async with Client(memory_store()) as client:
            assert await client.store.find_run("w", "k") is None

    asyncio.run(main())
