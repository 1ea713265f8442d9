"""Waiting for a word that may not come."""

from __future__ import annotations

import asyncio


async def soon(called: asyncio.Event, pause_s: float) -> None:
    """When somebody has called, or after that time. Clear it before you look, or a call in between is lost."""
    try:
        async with asyncio.timeout(pause_s):
            await called.wait()
    except TimeoutError:
        return  # nobody did: look by the clock
