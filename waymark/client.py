"""Start runs and find them again. The workflow itself runs where the workers are."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from waymark.runtime.ids import new_run_id
from waymark.runtime.model import NewRun, RunRef
from waymark.runtime.people import ClientStore
from waymark.runtime.workers.fitting import result_type
from waymark.vm.wire import encode_value

from .children import started_by
from .exceptions import BadOption, RunExists
from .handle import Handle as Handle
from .options import StartOptions, checked_id

if TYPE_CHECKING:
    from .programs import CompiledWorkflow

NO_OPTIONS = StartOptions()


class Client:
    """Starts runs in one database, which is opened at the first use.

    Example:
        async with waymark.Client(dsn) as client:
            handle = await Order().start(7, id="order-7", client=client)
            assert await handle.status() == "queued"

    `Workflow.run()` and `.start()` use one of their own, on the database of `WAYMARK_DATABASE_URL`.
    """

    def __init__(self, database: str | ClientStore, *, apart: bool = False) -> None:
        """A DSN, or a store that is open already, and that this client closes only if it is asked to.

        `apart`: nothing of the project is imported here, so that results are only to be looked at.
        """
        self._dsn = database if isinstance(database, str) else None
        self._store = None if isinstance(database, str) else database
        self._opening = asyncio.Lock()
        self._apart = apart
        self._uploaded: set[tuple[str, bytes]] = set()  # workflows with the entry units that this client has put there

    @classmethod
    async def connect(cls, dsn: str) -> Self:
        """On a database, whose schema is brought up to date. Unreachable says what is wrong with it.

        Example:
            client = await waymark.Client.connect(dsn)
            await Order().start(7, id="order-7", client=client)
            await client.close()
        """
        client = cls(dsn)
        await client.opened()
        return client

    @property
    def store(self) -> ClientStore:
        """The open store, for what this class has no method for.

        Example:
            async with waymark.Client(dsn) as client:
                assert await client.store.list_workflows() == []
        """
        assert self._store is not None, "the client was used, or entered, before"
        return self._store

    async def opened(self) -> ClientStore:
        """The store, opened if it is not yet.

        Example:
            client = waymark.Client(dsn)
            assert await client.opened() is client.store
            await client.close()
        """
        if self._store is None:
            async with self._opening:
                if self._store is None:
                    self._store = await _connected(self._dsn or "")
        return self._store

    async def close(self) -> None:
        """Close its connections. The next use opens them again.

        Example:
            client = waymark.Client(dsn)
            handle = await Order().start(7, client=client)
            await client.close()
        """
        store, self._store = self._store, None if self._dsn is not None else self._store
        if store is not None:
            await store.close()

    async def __aenter__(self) -> Self:
        await self.opened()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # --- starting ---

    async def start(
        self,
        compiled: CompiledWorkflow,
        arguments: Mapping[str, Any] | bytes,
        key: str | None = None,
        options: StartOptions = NO_OPTIONS,
        connection: Any = None,
    ) -> Handle[Any]:
        """Store the program, if this client has not yet, then the run. With `key`, starting twice gives one run.

        Arguments that are bytes are encoded already.

        Example:
            from waymark.workflow import compiled_of

            async with waymark.Client(dsn) as client:
                handle = await client.start(compiled_of(Order), {"order_id": 7}, "order-7")
        """
        new = _new_run(compiled, arguments, key, options)
        store = await self.with_program(compiled)
        on = None if connection is None else _transaction_of(store, connection)
        ref = await store.start(new) if on is None else (await on([new]))[0]
        return self._handle(compiled, new, ref, options, promised=on is not None)

    async def start_many(
        self,
        compiled: CompiledWorkflow,
        inputs: Iterable[Mapping[str, Any]],
        keys: Sequence[str | None] | None = None,
        options: StartOptions = NO_OPTIONS,
        connection: Any = None,
    ) -> list[Handle[Any]]:
        """The same for many, in few round trips. In their order.

        Example:
            from waymark.workflow import compiled_of

            async with waymark.Client(dsn) as client:
                handles = await client.start_many(compiled_of(Order), [{"order_id": 7}, {"order_id": 8}])
                assert len(handles) == 2
        """
        listed = list(inputs)
        keys = [None] * len(listed) if keys is None else keys
        if len(keys) != len(listed):
            raise BadOption(f"there are {len(listed)} inputs and {len(keys)} ids; give an id for each, or no ids")
        news = [_new_run(compiled, each, key, options) for each, key in zip(listed, keys, strict=True)]
        if not news:
            return []
        store = await self.with_program(compiled)
        on = None if connection is None else _transaction_of(store, connection)
        refs = await (store.start_many(news) if on is None else on(news))
        promised = on is not None
        return [
            self._handle(compiled, new, ref, options, promised=promised) for new, ref in zip(news, refs, strict=True)
        ]

    def handle(self, workflow: str, key: str, returns: Any = Any) -> Handle[Any]:
        """The run of a workflow's id. UnknownRun, at its first use, if there is none.

        Example:
            async with waymark.Client(dsn) as client:
                await Order().start(7, id="order-7", client=client)
                assert await client.handle("order", "order-7").status() == "queued"
        """
        if checked_id(key) is None:
            raise BadOption("a handle is of an id, and None is none")
        return Handle(self.opened, workflow, key, returns=returns, apart=self._apart)

    def _handle(
        self, compiled: CompiledWorkflow, new: NewRun, ref: RunRef, options: StartOptions, *, promised: bool
    ) -> Handle[Any]:
        if options.on_conflict != "return" and ref.run != new.run:
            still = ", which has not ended" if options.on_conflict == "replace" else ""
            raise RunExists(
                f"workflow {new.workflow!r} has a run with the id {new.key!r} already{still}; start it under another "
                f"id, or take the one that is there by {compiled.body.__qualname__.split('.')[0]}.handle(...)"
            )
        returns = result_type(compiled.body)
        return Handle(self.opened, new.workflow, new.key, ref, returns=returns, apart=self._apart, promised=promised)

    async def with_program(self, compiled: CompiledWorkflow) -> ClientStore:
        """The store, which has the program.

        Example:
            from waymark.workflow import compiled_of

            async with waymark.Client(dsn) as client:
                await client.with_program(compiled_of(Order))    # so that the first start need not bring it
        """
        store = await self.opened()
        program = (compiled.name, compiled.entry)
        if program not in self._uploaded:
            for each in (*started_by(compiled), compiled):  # whoever finds a program finds what it starts
                if (each.name, each.entry) not in self._uploaded:
                    await store.put_units(each.units)
                    await store.name_unit(each.name, each.entry)
                    self._uploaded.add((each.name, each.entry))
        return store


def _new_run(
    compiled: CompiledWorkflow, arguments: Mapping[str, Any] | bytes, key: str | None, options: StartOptions
) -> NewRun:
    run = new_run_id()
    return NewRun(
        workflow=compiled.name,
        key=checked_id(key) or str(run),
        run=run,
        unit=compiled.entry,
        arguments=arguments if isinstance(arguments, bytes) else encode_value(dict(arguments), "arguments"),
        seed=uuid.uuid4().bytes,
        priority=options.priority,
        tags=options.tags,
        at=options.at,
        delay_us=options.delay_us,
        timeout_us=options.timeout_us,
        replace=options.on_conflict == "replace",
    )


def _transaction_of(store: ClientStore, connection: Any) -> Any:
    """How to start on the caller's connection; None where runs live in this process, and begin at once."""
    from waymark.runtime.store.memory import MemoryStore
    from waymark.runtime.store.postgres import PostgresStore

    if isinstance(store, MemoryStore):
        return None
    if not isinstance(store, PostgresStore):
        raise BadOption("start(connection=...) needs all runs in one database, and here they are in several")
    from .transactions import starting_on

    return starting_on(connection)


async def _connected(dsn: str) -> ClientStore:
    from waymark.runtime.store.opening import Database, databases, open_store

    named = databases(os.environ)
    if [each.dsn for each in named] != [dsn]:  # the environment speaks of another one, and of what leads to that
        named = (Database(dsn),)
    return await open_store(named, application_name="waymark client")
