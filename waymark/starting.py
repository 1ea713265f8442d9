"""`start`, `start_many` and `handle` of a workflow: what the code beside it says."""

from __future__ import annotations

import os
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from .exceptions import BadArguments, BadOption
from .options import OnConflict, Seconds, StartOptions, checked_id, options_of

if TYPE_CHECKING:
    from waymark.runtime.people import ClientStore

    from .client import Client
    from .handle import Handle
    from .workflow import Workflow

R = TypeVar("R", covariant=True)

SKIP_WAIT_VARIABLE = "WAYMARK_SKIP_WAIT_FOR_INSTANCE"


class Runs(Protocol[R]):
    """A workflow, for type checkers: what its `run()` returns is what its handles have."""

    def run(self, *args: Any, **kwargs: Any) -> Coroutine[Any, Any, R]: ...


class Startable:
    """A part of `Workflow`.

    The options of a start have names that parameters of `run()` may have, too; such an argument is given by position.
    """

    async def start(
        self: Runs[R],
        *args: Any,
        id: str | None = None,
        priority: int | None = None,
        delay: Seconds | None = None,
        at: datetime | None = None,
        timeout: Seconds | None = None,
        tags: Iterable[str] = (),
        on_conflict: OnConflict = "return",
        connection: Any = None,
        client: Client | None = None,
        detached: bool = False,
        **kwargs: Any,
    ) -> Handle[R]:
        """Start a run and return its handle at once.

        `id`: the run's own, such as "order-7": starting twice gives the same run, or RunExists with
        `on_conflict="reject"`; "replace" starts anew if the earlier run has ended.
        `delay` (a timedelta, or seconds) or `at` (a datetime): not before that. `timeout`: it is cancelled if it has
        not ended so long after. `priority`: higher goes first. `tags`: what people find it by.
        `connection`: start inside this transaction, of asyncpg or SQLAlchemy; what the database says against it is
        raised as it comes. Where runs live in memory, as in tests, it begins at once. `client`: of another database.
        `detached`: in a workflow, a child that goes on when its parent is cancelled; elsewhere every run is.

        Example:
            handle = await Order().start(8, id="order-8", delay=timedelta(hours=1), tags=["big", "eu"])
            assert await handle.status() == "queued"
        """
        checked_object(self, "Checkout.start")
        options = options_of(priority=priority, delay=delay, at=at, timeout=timeout, tags=tags, on_conflict=on_conflict)
        return await start_run(self, args, kwargs, id, options, connection=connection, client=client)

    @classmethod
    async def start_many(
        cls: type[Runs[R]],
        inputs: Iterable[Mapping[str, Any]],
        *,
        ids: Iterable[str | None] | None = None,
        priority: int | None = None,
        delay: Seconds | None = None,
        at: datetime | None = None,
        timeout: Seconds | None = None,
        tags: Iterable[str] = (),
        on_conflict: OnConflict = "return",
        connection: Any = None,
        client: Client | None = None,
    ) -> list[Handle[R]]:
        """Start a run for each of `inputs`, the arguments of `run()` by name, in few round trips.

        `ids` has one for each. Of many thousands that fail half-way the first ones are started; with ids, starting all
        of them again starts the rest.

        Example:
            handles = await Order.start_many([{"order_id": 1}, {"order_id": 2}], ids=["order-1", "order-2"])
            assert [each.id for each in handles] == ["order-1", "order-2"]
        """
        options = options_of(priority=priority, delay=delay, at=at, timeout=timeout, tags=tags, on_conflict=on_conflict)
        from .workflow import compiled_of

        kind: Any = cls
        compiled, instance = compiled_of(kind), kind()
        bound = [compiled.bind(instance, (), _named(each)) for each in inputs]
        keys: Sequence[str | None] | None = None if ids is None else list(ids)
        using = await _client(client)
        return await using.start_many(compiled, bound, keys, options, connection)

    @classmethod
    def handle(cls: type[Runs[R]], id: str, *, client: Client | None = None) -> Handle[R]:
        """The run of this id, from any process. UnknownRun, when it is first asked for something, if there is none.

        Example:
            handle = Order.handle("order-7")
            await handle.send("approved", "ada")
        """
        from waymark.runtime.workers.fitting import result_type

        from .handle import Handle
        from .workflow import body_of

        kind: Any = cls
        checked_id(id)

        async def opened() -> ClientStore:
            return await (await _client(client)).opened()

        return Handle(opened, kind.short_name(), id, returns=result_type(body_of(kind)))


async def start_run(
    instance: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    key: str | None,
    options: StartOptions,
    *,
    connection: Any = None,
    client: Client | None = None,
) -> Handle[Any]:
    """Whatever is wrong with the arguments is told before a database is looked for."""
    from .workflow import compiled_of

    compiled = compiled_of(type(instance))
    _refuse_attributes(instance)
    arguments = compiled.bind(instance, args, kwargs)
    checked_id(key)
    return await (await _client(client)).start(compiled, arguments, key, options, connection)


def checked_object(self: Any, method: str) -> Any:
    """What a method was called on: an object, and not the class, whose first argument would stand for one."""
    if isinstance(self, Startable):
        return self
    kind, _, name = method.rpartition(".")
    raise BadArguments(
        f"{name}() is called on an object of the workflow's class, as in {kind}().{name}(...), and not on {self!r}"
    )


def skips_waiting() -> bool:
    """Whether `run()` is to return at once, everywhere in this process."""
    from .default import is_true

    return is_true(SKIP_WAIT_VARIABLE, os.environ)


def _refuse_attributes(instance: Workflow) -> None:
    if vars(instance) and type(instance).__init__ is object.__init__:
        names = ", ".join(sorted(vars(instance)))
        raise BadArguments(f"the run makes an object of its own, which will not have {names}: give it to run() instead")


def _named(given: Any) -> dict[str, Any]:
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        raise BadArguments(f"start_many() takes the arguments of each run as a dict by name, not {given!r}")
    return dict(given)


async def _client(client: Client | None) -> Client:
    if client is None:
        from .default import default_client

        return await default_client()
    from .client import Client

    if not isinstance(client, Client):
        kind = type(client).__name__
        raise BadOption(f"client= is a client, such as waymark.Client(dsn), and not an object of type {kind}")
    return client
