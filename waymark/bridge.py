"""The functions by which the earlier API started and awaited runs. There is no process in between any more.

    payload = bridge.payload_of(Checkout, order_id=7)
    started = await bridge.run_instance(payload)
    outcome = deserialize_result_payload(await bridge.wait_for_instance(started.workflow_instance_id))

New code says `await Checkout().start(7)`, `Checkout.start_many(...)` and `Checkout.handle(id).result()`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from .default import default_client
from .exceptions import BadOption, WorkflowFailed
from .handle import Handle
from .options import options_of
from .payloads import serialize_error_payload, serialize_result_payload
from .programs import CompiledWorkflow
from .workflow import compiled_of

if TYPE_CHECKING:
    from .workflow import Workflow


@dataclass
class RunInstanceResult:
    """A run that was started: `workflow_instance_id` is its id.

    `workflow_version_id` is the `version` of its class, or else the program's hash.

    Example:
        started = await waymark.bridge.run_instance(waymark.bridge.payload_of(Report))
        assert await Report.handle(started.workflow_instance_id).result() == 7
    """

    workflow_version_id: str
    workflow_instance_id: str


@dataclass
class RunBatchResult:
    """`workflow_instance_ids` is empty unless they were asked for.

    Example:
        batch = await waymark.bridge.run_instances_batch(waymark.bridge.payload_of(Report), count=2)
        assert (batch.queued, batch.workflow_instance_ids) == (2, [])
    """

    workflow_version_id: str
    workflow_instance_ids: list[str]
    queued: int


class _Payload(msgspec.Struct, frozen=True, array_like=True):
    """A workflow, as its program and what a run is started with."""

    name: str
    entry: bytes
    units: dict[bytes, bytes]
    arguments: bytes  # encoded
    priority: int | None
    version: str | None = None  # as the class says it

    @property
    def version_id(self) -> str:
        return self.version or self.entry.hex()


_PAYLOAD = msgspec.msgpack.Decoder(_Payload)


def payload_of(workflow: type[Workflow], *args: Any, _priority: int | None = None, **kwargs: Any) -> bytes:
    """A workflow with the arguments of a run, as bytes that another process can start.

    Example:
        payload = waymark.bridge.payload_of(Order, order_id=7)
        assert isinstance(payload, bytes)
    """
    from waymark.vm.wire import encode_value

    compiled = compiled_of(workflow)
    arguments = compiled.bind(workflow(), args, kwargs)
    units, encoded = dict(compiled.units), encode_value(arguments, "arguments")
    held = _Payload(compiled.name, compiled.entry, units, encoded, _priority, workflow.version)
    return msgspec.msgpack.encode(held)


async def run_instance(payload: bytes) -> RunInstanceResult:
    """Start a run.

    Example:
        started = await waymark.bridge.run_instance(waymark.bridge.payload_of(Report))
        assert started.workflow_instance_id
    """
    held = _read(payload)
    options = options_of(priority=held.priority)
    handle = await (await default_client()).start(_program(held), _arguments(held), None, options)
    return RunInstanceResult(held.version_id, handle.id)


async def run_instances_batch(
    payload: bytes,
    *,
    count: int = 1,
    inputs: Mapping[str, Any] | None = None,
    inputs_list: Sequence[Mapping[str, Any]] | None = None,
    batch_size: int = 500,
    include_instance_ids: bool = False,
) -> RunBatchResult:
    """Start many runs: one for each of `inputs_list`, or `count` with `inputs`, or with the payload's own arguments.

    Example:
        payload = waymark.bridge.payload_of(Order, order_id=7)
        batch = await waymark.bridge.run_instances_batch(payload, inputs_list=[{"order_id": 1}, {"order_id": 2}])
        assert batch.queued == 2
    """
    if count < 1 and not inputs_list:
        raise BadOption("count is a number from 1 on, unless inputs_list says how many runs there are")
    if batch_size < 1:
        raise BadOption("batch_size is a number from 1 on")
    held = _read(payload)
    compiled, options = _program(held), options_of(priority=held.priority)
    given = list(inputs_list) if inputs_list else [inputs if inputs is not None else _arguments(held)] * count
    client, ids = await default_client(), []
    for begin in range(0, len(given), batch_size):
        few = given[begin : begin + batch_size]
        ids += [each.id for each in await client.start_many(compiled, few, options=options)]
    return RunBatchResult(held.version_id, ids if include_instance_ids else [], len(given))


async def wait_for_instance(instance_id: str, poll_interval_secs: float = 1.0) -> bytes | None:
    """What the run came to, as `deserialize_result_payload` reads it; None if there is no such run.

    Whoever waits is woken when the run ends, so that `poll_interval_secs` has no effect.

    Example:
        started = await waymark.bridge.run_instance(waymark.bridge.payload_of(Report))
        outcome = await waymark.bridge.wait_for_instance(started.workflow_instance_id)
        assert waymark.deserialize_result_payload(outcome).result == 7
    """
    handle = await _found(instance_id)
    if handle is None:
        return None
    try:
        return serialize_result_payload(await handle.result())
    except WorkflowFailed as failed:
        assert failed.__cause__ is not None, "of the run"
        return serialize_error_payload(failed.workflow, failed.__cause__)


async def _found(instance_id: str) -> Handle[Any] | None:
    """An id alone does not say the workflow; there are few of them."""
    from waymark.runtime.store.rules import can_exist

    client = await default_client()
    for row in await client.store.list_workflows():
        if can_exist(row.workflow, instance_id) and await client.store.find_run(row.workflow, instance_id):
            return client.handle(row.workflow, instance_id)
    return None


def _read(payload: bytes) -> _Payload:
    try:
        return _PAYLOAD.decode(payload)
    except (msgspec.DecodeError, TypeError) as error:
        raise BadOption(
            f"this is no payload of a workflow, which bridge.payload_of(Workflow, ...) makes: {error}"
        ) from None


def _program(held: _Payload) -> CompiledWorkflow:
    return CompiledWorkflow(held.name, held.entry, held.units, "", _anything)


def _arguments(held: _Payload) -> dict[str, Any]:
    from waymark.vm.wire import decode_value

    given: dict[str, Any] = decode_value(held.arguments)
    return given


async def _anything() -> Any:
    """Stands for the `run` of a workflow whose class is not here: its results are as they come."""
