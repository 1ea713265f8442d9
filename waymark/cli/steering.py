"""`waymark runs cancel|pause|resume|retry|send`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from waymark.client import Client
from waymark.exceptions import WaymarkError
from waymark.handle import Handle

from .errors import UsageError, fail
from .opened import asked, run_named
from .tables import print_json


def steer(names: Sequence[str], method: str, done: str, *arguments: str, as_json: bool) -> int:
    """Do the same to each. One that cannot be does not keep the others from it; then the exit code is 1."""
    told: list[dict[str, str]] = []

    async def ask(client: Client) -> int:
        code = 0
        for name in names:
            try:
                handle = await run_named(client, name)
                await getattr(handle, method)(*arguments)
            except WaymarkError as error:
                code = fail(str(error))
                told.append({"run": name, "error": str(error)})
            else:
                told.append(_told(name, handle, done, as_json=as_json))
        return code

    code = asked(ask)
    if as_json:
        print_json(told)
    return code


def send_message(name: str, topic: str, text: str, *, as_json: bool) -> int:
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"""the message is no JSON: {error}. A text is written with its quotes: '"yes"'""") from None

    async def ask(client: Client) -> dict[str, str]:
        handle = await run_named(client, name)
        await handle.send(topic, payload)
        return _told(name, handle, f"sent {topic}", as_json=as_json)

    told = asked(ask)
    if as_json:
        print_json(told)
    return 0


def _told(name: str, handle: Handle[Any], done: str, *, as_json: bool) -> dict[str, str]:
    """A line at once, or else a part of the document that comes at the end."""
    if not as_json:
        print(f"{handle.workflow}/{handle.id}: {done}")
    return {"run": name, "workflow": handle.workflow, "id": handle.id, "done": done}
