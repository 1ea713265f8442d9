from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest

from waymark.runtime.model import RunRef
from waymark.runtime.ports import Away, Busy, Fenced, Rejected, StaleRevision, StoreError, Unreachable
from waymark.runtime.store.errors import Address, is_answer, translate

SHOP = Address("db.example", "5432", "shop")


def server_error(sqlstate: str, severity: str = "ERROR", detail: str | None = None) -> asyncpg.PostgresError:
    fields = {"S": severity, "V": severity, "C": sqlstate, "M": "it said no", **({"D": detail} if detail else {})}
    error: asyncpg.PostgresError = asyncpg.PostgresError.new(fields)
    return error


@pytest.mark.parametrize(
    ("dsn", "shown"),
    [
        ("postgresql://u:pw@db.example:6000/shop", "database shop at db.example, port 6000"),
        ("postgres://db.example/shop%20two", "database shop two at db.example, port 5432"),
        ("postgresql://u@[::1]:5433/shop", "database shop at [::1], port 5433"),
        ("postgresql://u@/shop?host=/run/pg&port=7", "database shop at /run/pg, port 7"),
        ("postgresql://a:1,b:2/shop", "database shop at a:1,b, port 2"),
        ("postgresql://", "database the default database at the local socket or PGHOST, port 5432"),
    ],
)
def test_an_address_is_shown_without_the_login(dsn: str, shown: str) -> None:
    assert str(Address.of(dsn)) == shown


@pytest.mark.parametrize(
    ("dsn", "said"),
    [
        ("mysql://u:hidden@h/shop", "read: it begins with mysql://, and runs are kept in Postgres; it has"),
        ("postgresql+asyncpg://u:hidden@h/shop", "and the name of a driver is SQLAlchemy's affair; it has the form"),
        ("host=h dbname=shop password=hidden", "the DSN cannot be read; it has the form postgresql://user:password@"),
        ("postgresql://u:hid/den@h/shop", "the DSN cannot be read; it has the form postgresql://user:password@"),
    ],
)
def test_a_dsn_that_cannot_be_read_says_how_it_is_to_begin_and_never_the_password(dsn: str, said: str) -> None:
    with pytest.raises(Unreachable) as told:
        Address.of(dsn)
    assert said in str(told.value) and "hid" not in str(told.value)


def test_our_own_refusals_carry_their_details() -> None:
    run = UUID(int=7)
    fenced = translate(server_error("WM001", detail="3,250"), SHOP, "commit")
    stale = translate(server_error("WM002", detail=f"3:{run},4:{run}"), SHOP, "commit")
    assert isinstance(fenced, Fenced) and fenced.parts == {3, 250}
    assert isinstance(stale, StaleRevision) and stale.runs == {RunRef(3, run), RunRef(4, run)}


@pytest.mark.parametrize(
    ("sqlstate", "kind"),
    [
        ("22P02", Rejected),
        ("23505", Rejected),
        ("54000", Rejected),
        ("XX001", Rejected),
        ("40001", Unreachable),
        ("40P01", Busy),
        ("53100", Unreachable),
        ("55P03", Busy),
        ("57014", Busy),
        ("25006", Away),
        ("57P01", Away),
        ("08006", Away),
        ("28P01", Unreachable),
        ("58030", Unreachable),
        ("WM003", Unreachable),
    ],
)
def test_data_and_environment_are_told_apart(sqlstate: str, kind: type[StoreError]) -> None:
    error = translate(server_error(sqlstate), SHOP, "commit")
    assert type(error) is kind
    assert f"it said no ({sqlstate})" in str(error)


def test_only_a_plain_error_of_the_server_says_that_nothing_was_written() -> None:
    assert is_answer(server_error("40001"))
    assert is_answer(asyncpg.DataError("of the driver"))
    assert not is_answer(server_error("57P01", severity="FATAL"))
    assert not is_answer(server_error("XX000", severity="PANIC"))
    assert not is_answer(asyncpg.ConnectionDoesNotExistError("of the driver"))
    assert not is_answer(asyncpg.InterfaceError("closed"))
    assert not is_answer(TimeoutError())
    assert not is_answer(ConnectionResetError())


def test_silence_is_called_silence() -> None:
    said = str(translate(TimeoutError(), SHOP, "read inbox"))
    assert said == (
        "could not read inbox: database shop at db.example, port 5432: no answer in time; the server is overloaded, "
        "or a firewall swallows the connection"
    )
