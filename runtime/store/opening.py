"""Which databases there are, from the environment, and a store on them: the one place where stores are opened.

WAYMARK_DATABASE_URL    one database with all 256 partitions
WAYMARK_DATABASE_URLS   several, each with partitions of its own: "0-127=postgresql://a/app 128-255=postgresql://b/app"
WAYMARK_DATABASE_POOLED 1: what they lead to is a pooler in transaction mode, such as PgBouncer
WAYMARK_LISTEN_URL      the server itself, for LISTEN; of several databases as many, in their order
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from ..model import PARTITIONS, Part
from ..ports import Unreachable
from .errors import POOLED_VARIABLE, Address
from .listener import OFF

if TYPE_CHECKING:
    from .postgres import PostgresStore
    from .routed import RoutedStore

URL_VARIABLE = "WAYMARK_DATABASE_URL"
URLS_VARIABLE = "WAYMARK_DATABASE_URLS"
LISTEN_VARIABLE = "WAYMARK_LISTEN_URL"
INDEX_VARIABLE = "WAYMARK_DATABASE_INDEX"
TRUE, FALSE = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")
ALL = frozenset(range(PARTITIONS))
SHAPE = f'{URLS_VARIABLE} has the form "0-127=postgresql://... 128-255=postgresql://..."'


class DatabaseSettingError(Unreachable):
    """A variable that says where runs are kept cannot be used."""


class Database(msgspec.Struct, frozen=True):
    """One database and what is in it."""

    dsn: str
    parts: frozenset[Part] = ALL
    pooled: bool = False
    listen: str | None = None  # a DSN of the server itself; None: this one, unless it is pooled


def databases(environ: Mapping[str, str]) -> tuple[Database, ...]:
    """What the environment names, in the order of the partitions. Empty: nothing is named."""
    one, several = environ.get(URL_VARIABLE, "").strip(), environ.get(URLS_VARIABLE, "").strip()
    if one and several:
        raise DatabaseSettingError(f"both {URL_VARIABLE} and {URLS_VARIABLE} are set; unset one of them")
    if not one and not several:
        return ()
    check_dsn(URL_VARIABLE, one or None)
    pooled = _flag(environ, POOLED_VARIABLE)
    homes = [(one, ALL)] if one else sorted(_homes(several), key=lambda home: min(home[1]))
    listens: list[str | None] = [*environ.get(LISTEN_VARIABLE, "").split()] or [None]
    listens = listens * len(homes) if listens in ([None], [OFF]) else listens
    if len(listens) != len(homes):
        raise DatabaseSettingError(
            f"{LISTEN_VARIABLE} names {len(listens)} servers and there are {len(homes)} databases; it takes one for "
            "each, in their order, or none"
        )
    for dsn in listens:
        check_dsn(LISTEN_VARIABLE, dsn)
    return tuple(Database(dsn, parts, pooled, listen) for (dsn, parts), listen in zip(homes, listens, strict=True))


async def open_store(
    named: tuple[Database, ...], *, application_name: str = "waymark", migrate: bool = True, lanes: int = 1
) -> PostgresStore | RoutedStore:
    """A store on one database, or on several with each run in its own. Their schemas are brought up to date."""
    from .homes import open_home_store

    if len(named) == 1:
        return await open_home_store(named[0], application_name, migrate, lanes)
    from .routed import RoutedStore

    return await RoutedStore.connect(named, application_name=application_name, migrate=migrate, lanes=lanes)


async def open_dsn(dsn: str, *, application_name: str = "waymark") -> PostgresStore:
    """A store on this one database, in the way that the environment speaks of it, if it does."""
    from .homes import open_home_store

    spoken_of = next((each for each in databases(os.environ) if each.dsn == dsn), Database(dsn))
    return await open_home_store(spoken_of, application_name, migrate=True, lanes=1)


async def open_home(
    named: tuple[Database, ...], at: int, *, application_name: str = "waymark", migrate: bool = True, lanes: int = 1
) -> PostgresStore:
    """A store for an engine, which works on one of the databases and reaches the others where runs do."""
    from .home_store import HomeStore
    from .homes import open_home_store

    if len(named) == 1:
        return await open_home_store(named[0], application_name, migrate, lanes)
    return await HomeStore.at_home(named, at, application_name=application_name, migrate=migrate, lanes=lanes)


def listening(database: Database) -> str | None:
    """For `PostgresStore.connect`: a pooler passes nothing on, so that trying would only cost a connection."""
    return OFF if database.pooled and database.listen is None else database.listen


def at_index(environ: Mapping[str, str], count: int) -> int:
    """Which of the databases an engine works on, as its supervisor says; the first, if nobody does."""
    index = int(environ.get(INDEX_VARIABLE) or 0)
    assert 0 <= index < max(1, count), "the supervisor reads the same variables"
    return index


def check_dsn(variable: str, dsn: str | None) -> None:
    """Refuse a DSN that cannot be meant, before anybody connects. The password is never quoted."""
    if dsn is None or dsn == OFF:
        return
    try:
        port = Address.of(dsn).port
    except Unreachable as error:
        raise DatabaseSettingError(f"{variable}: {error}") from None
    for number in port.split(","):
        if not (number.isdecimal() and 0 < int(number) < 65536):
            raise DatabaseSettingError(f"{variable} has {number!r} as its port, which is a number from 1 to 65535")


def _homes(several: str) -> Iterator[tuple[str, frozenset[Part]]]:
    taken: set[Part] = set()
    for word in several.split():
        ranged = re.match(r"(?P<first>\d{1,3})(-(?P<last>\d{1,3}))?=(?P<dsn>.+)", word)
        if ranged is None:
            raise DatabaseSettingError(f"{SHAPE}, and a part of it has no partitions in front")
        first, last = int(ranged["first"]), int(ranged["last"] or ranged["first"])
        if not first <= last < PARTITIONS:
            raise DatabaseSettingError(
                f"{URLS_VARIABLE} names partitions {first}-{last}; they are 0 to {PARTITIONS - 1}"
            )
        parts = frozenset(range(first, last + 1))
        if twice := taken & parts:
            raise DatabaseSettingError(f"{URLS_VARIABLE} gives partition {min(twice)} to two databases; each is in one")
        taken |= parts
        check_dsn(URLS_VARIABLE, ranged["dsn"])
        yield ranged["dsn"], parts
    if missing := ALL - taken:
        raise DatabaseSettingError(
            f"{URLS_VARIABLE} has no database for partition {min(missing)}; all of 0 to {PARTITIONS - 1} need one"
        )


def _flag(environ: Mapping[str, str], name: str) -> bool:
    said = environ.get(name, "").strip().lower()
    if said not in TRUE + FALSE:
        raise DatabaseSettingError(f"{name} is {environ[name]!r}; it takes 1 or 0")
    return said in TRUE
