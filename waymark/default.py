"""The client behind `Workflow.run()` and `.start()`: one for each event loop and database, opened on first use.

A script closes nothing. At its end `asyncio.run` closes every asynchronous generator that is still open; one of them
keeps the client, and closes its connections in its `finally`. So does every other runner that shuts a loop down as
asyncio asks for; with a loop that is only stopped, `await waymark.close()` does it by hand.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Mapping
from weakref import WeakKeyDictionary

from waymark.runtime.config import REFUSED
from waymark.runtime.people import ClientStore
from waymark.runtime.ports import Unreachable
from waymark.runtime.store.errors import Address

from .client import Client
from .exceptions import ConfigurationError

VARIABLE = "WAYMARK_DATABASE_URL"
IN_MEMORY_VARIABLE = "WAYMARK_BRIDGE_IN_MEMORY"
PYTEST_VARIABLE = "PYTEST_CURRENT_TEST"  # pytest sets it while a test runs
TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
SEVERAL_VARIABLE = "WAYMARK_DATABASE_URLS"
IN_MEMORY = "memory:"  # stands where a DSN does, and is none
SEVERAL = "several:"  # likewise, before what SEVERAL_VARIABLE says
UNSET = (
    f"{VARIABLE} is not set: it names the Postgres that runs are kept in, such as "
    "postgresql://user:password@localhost:5432/app. `waymark dev` and `waymark run FILE:Workflow` bring one along"
)


class _Loop:
    """What one event loop has open."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()  # two who ask at the same time must not open two
        self.given: Client | None = None
        self.clients: dict[str, Client] = {}  # by DSN
        self.keepers: dict[str, AsyncGenerator[Client, None]] = {}


_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, _Loop] = WeakKeyDictionary()


def database_url(environ: Mapping[str, str]) -> str:
    """The DSN in the environment; ConfigurationError, without the password, if there is none or no use in it."""
    for name, why in REFUSED.items():
        if environ.get(name):
            raise ConfigurationError(f"{name} is set, and {why}")
    dsn = environ.get(VARIABLE)
    if not dsn:
        raise ConfigurationError(UNSET)
    try:
        port = Address.of(dsn).port
    except Unreachable as error:
        raise ConfigurationError(f"{VARIABLE}: {error}") from None
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise ConfigurationError(f"{VARIABLE} has {port!r} as its port, which is a number from 1 to 65535")
    return dsn


def is_in_memory(environ: Mapping[str, str]) -> bool:
    """What the variable says; without it, whether this is a test: no test may reach a database by chance."""
    if environ.get(IN_MEMORY_VARIABLE, "").strip():
        return is_true(IN_MEMORY_VARIABLE, environ)
    return PYTEST_VARIABLE in environ


def is_true(variable: str, environ: Mapping[str, str]) -> bool:
    """What a variable of yes or no says; no, if it is not set."""
    said = environ.get(variable, "").strip().lower()
    if said and said not in TRUE + FALSE:
        raise ConfigurationError(f"{variable} is {environ[variable]!r}; it takes {', '.join((*TRUE, *FALSE))}")
    return said in TRUE


async def default_client() -> Client:
    """The client of this event loop, on the database that `WAYMARK_DATABASE_URL` names; in a test, on none."""
    here = _here()
    if here.given is not None:
        return here.given
    dsn = _where(os.environ)
    async with here.turn:
        if dsn not in here.clients:
            keeper = _keep(here, dsn)
            here.clients[dsn] = await anext(keeper)
            here.keepers[dsn] = keeper
        return here.clients[dsn]


def use_store(store: ClientStore) -> Client:
    """Make the workflows of this event loop use a store that is open already; whoever opened it closes it."""
    client = _here().given = Client(store)
    return client


async def close() -> None:
    """Close what workflows have opened in this event loop. The next one opens it again.

    Example:
        await Report().run()
        await waymark.close()
    """
    for keeper in list(_here().keepers.values()):
        await keeper.aclose()


async def _keep(here: _Loop, dsn: str) -> AsyncGenerator[Client, None]:
    client = await _opened(dsn)
    try:
        yield client
    finally:
        here.clients.pop(dsn, None)
        here.keepers.pop(dsn, None)
        await client.close()


def _where(environ: Mapping[str, str]) -> str:
    if is_in_memory(environ):
        return IN_MEMORY
    several = environ.get(SEVERAL_VARIABLE, "")
    return f"{SEVERAL}{several}" if several and not environ.get(VARIABLE) else database_url(environ)


async def _opened(where: str) -> Client:
    if where == IN_MEMORY:
        return await _in_memory()
    if where.startswith(SEVERAL):
        from waymark.runtime.store.opening import databases, open_store

        named = databases({**os.environ, SEVERAL_VARIABLE: where.removeprefix(SEVERAL)})
        return Client(await open_store(named, application_name="waymark client"))
    return await Client.connect(where)


async def _in_memory() -> Client:
    from .in_memory import InMemory  # with an engine, which nobody else here needs

    return Client(await InMemory.opened())


def _here() -> _Loop:
    loop = asyncio.get_running_loop()
    for other in [other for other in _loops if other.is_closed()]:
        del _loops[other]  # it was not shut down, and what it has open holds on to it
    return _loops.setdefault(loop, _Loop())
