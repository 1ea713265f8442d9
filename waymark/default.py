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

from waymark.runtime.ports import Store, Unreachable
from waymark.runtime.store.errors import Address

from .client import Client
from .exceptions import ConfigurationError

VARIABLE = "WAYMARK_DATABASE_URL"
IN_MEMORY_VARIABLE = "WAYMARK_BRIDGE_IN_MEMORY"
PYTEST_VARIABLE = "PYTEST_CURRENT_TEST"  # pytest sets it while a test runs
TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
IN_MEMORY = "memory:"  # stands where a DSN does, and is none
UNSET = (
    f"{VARIABLE} is not set: it names the Postgres that runs are kept in, such as "
    "postgresql://user:password@localhost:5432/app. `waymark run FILE:Workflow` brings one of its own"
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
    said = environ.get(IN_MEMORY_VARIABLE, "").strip().lower()
    if said in TRUE or said in FALSE:
        return said in TRUE
    if said:
        raise ConfigurationError(
            f"{IN_MEMORY_VARIABLE} is {environ[IN_MEMORY_VARIABLE]!r}; it takes {', '.join((*TRUE, *FALSE))}"
        )
    return PYTEST_VARIABLE in environ


async def default_client() -> Client:
    """The client of this event loop, on the database that `WAYMARK_DATABASE_URL` names; in a test, on none."""
    here = _here()
    if here.given is not None:
        return here.given
    dsn = IN_MEMORY if is_in_memory(os.environ) else database_url(os.environ)
    async with here.turn:
        if dsn not in here.clients:
            keeper = _keep(here, dsn)
            here.clients[dsn] = await anext(keeper)
            here.keepers[dsn] = keeper
        return here.clients[dsn]


def use_store(store: Store) -> Client:
    """Make the workflows of this event loop use a store that is open already; whoever opened it closes it."""
    client = _here().given = Client(store)
    return client


async def close() -> None:
    """Close what workflows have opened in this event loop. The next one opens it again."""
    for keeper in list(_here().keepers.values()):
        await keeper.aclose()


async def _keep(here: _Loop, dsn: str) -> AsyncGenerator[Client, None]:
    client = await _in_memory() if dsn == IN_MEMORY else await Client.connect(dsn)
    try:
        yield client
    finally:
        here.clients.pop(dsn, None)
        here.keepers.pop(dsn, None)
        await client.close()


async def _in_memory() -> Client:
    from .in_memory import InMemory  # with an engine, which nobody else here needs

    return Client(await InMemory.opened())


def _here() -> _Loop:
    loop = asyncio.get_running_loop()
    for other in [other for other in _loops if other.is_closed()]:
        del _loops[other]  # it was not shut down, and what it has open holds on to it
    return _loops.setdefault(loop, _Loop())
