"""`waymark runs cancel|pause|resume|retry|send`."""

from __future__ import annotations

import json
from collections.abc import Sequence

from waymark.client import Client
from waymark.exceptions import WaymarkError

from .errors import UsageError, fail
from .opened import asked, run_named


def steer(names: Sequence[str], method: str, done: str, *arguments: str) -> int:
    """Do the same to each. One that cannot be does not keep the others from it; then the exit code is 1."""

    async def ask(client: Client) -> int:
        code = 0
        for name in names:
            try:
                handle = await run_named(client, name)
                await getattr(handle, method)(*arguments)
            except WaymarkError as error:
                code = fail(str(error))
            else:
                print(f"{handle.workflow}/{handle.id}: {done}")
        return code

    return asked(ask)


def send_message(name: str, topic: str, text: str) -> int:
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"""the message is no JSON: {error}. A text is written with its quotes: '"yes"'""") from None

    async def ask(client: Client) -> int:
        handle = await run_named(client, name)
        await handle.send(topic, payload)
        print(f"{handle.workflow}/{handle.id}: sent {topic}")
        return 0

    return asked(ask)
