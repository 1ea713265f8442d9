"""What an action came to, as bytes: for those who carried results by hand with the earlier API.

>>> deserialize_result_payload(serialize_result_payload({"paid": True})).result
{'paid': True}
>>> deserialize_result_payload(serialize_error_payload("shop:charge", KeyError("card"))).error["type"]
'KeyError'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class ActionResultPayload:
    """A result, or an error as a dict of `type`, `module`, `message`, `args` and `action`; one of them is None.

    Example:
        payload = waymark.deserialize_result_payload(waymark.serialize_result_payload(7))
        assert payload == waymark.ActionResultPayload(result=7, error=None)
    """

    result: Any | None
    error: dict[str, Any] | None


def serialize_result_payload(value: Any) -> bytes:
    """The result of an action. Unencodable names what cannot travel.

    Example:
        assert isinstance(waymark.serialize_result_payload({"paid": True}), bytes)
    """
    from waymark.vm.wire import encode_value

    return encode_value({"result": value}, "result")


def serialize_error_payload(action: str, exc: BaseException) -> bytes:
    """What an action raised.

    Example:
        payload = waymark.serialize_error_payload("shop:charge", KeyError("card"))
        assert waymark.deserialize_result_payload(payload).error["type"] == "KeyError"
    """
    from waymark.vm.wire import encode_value

    return encode_value({"action": action, "error": exc}, "error")


def deserialize_result_payload(payload: bytes | None) -> ActionResultPayload:
    """What either of them made; of None, neither a result nor an error.

    Example:
        assert waymark.deserialize_result_payload(waymark.serialize_result_payload(7)).result == 7
    """
    from waymark.vm.wire import BadValue, decode_value

    if payload is None:
        return ActionResultPayload(None, None)
    try:
        held = decode_value(payload)
    except BadValue as error:
        raise ValueError(f"this is no payload of a result: {error}") from None
    if not isinstance(held, dict) or not held.keys() & {"result", "error"}:
        raise ValueError("this is no payload of a result: it has neither a result nor an error")
    if "result" in held:
        return ActionResultPayload(held["result"], None)
    raised = held["error"]
    kind = type(raised)
    told = {"type": kind.__name__, "module": kind.__module__, "message": str(raised), "args": raised.args}
    return ActionResultPayload(None, {**told, "action": held.get("action")})
