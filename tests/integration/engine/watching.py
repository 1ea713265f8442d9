"""Hear what actions in other processes say, and see processes end, without polling; everything has a deadline."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

DEADLINE_S = 30.0

# A module of user code. Each action says to the test that it runs, by a datagram to the socket of $EARS.
ACTS = '''
import asyncio, os, socket, time
from waymark import Workflow, action, workflow

def say(*words):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as mouth:
        mouth.sendto(" ".join(map(str, words)).encode(), os.environ["EARS"])

@action
async def add(a, b):
    say("add", os.getpid(), os.getppid())
    return a + b

@action
async def endless(name):
    say("endless", os.getpid(), name)
    try:
        await asyncio.Event().wait()
    finally:
        say("stopped", os.getpid(), name)

@action
async def raises(text):
    raise ValueError(text)

def is_first(marker):
    """Whether this file was not there yet; it is now, also when the process is killed in the next moment."""
    try:
        open(marker, "x").close()
    except FileExistsError:
        return False
    return True

@action
async def first_time_endless(marker):
    first = is_first(marker)
    say("first_time_endless", os.getpid(), os.getppid())
    if first:
        await asyncio.Event().wait()
    return "done"

@action
async def blocked(marker):
    """Holds its whole process, the first time."""
    first = is_first(marker)
    say("blocked", os.getpid())
    if first:
        time.sleep(3600)
    return "done"

@action
async def dies(marker):
    if is_first(marker):
        os._exit(9)
    return "done"

@action
async def waits_for(address):
    """Until somebody sends a word to that address."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(address)
        ear.setblocking(False)
        say("waits_for", os.getpid(), os.getppid())
        return (await asyncio.get_running_loop().sock_recv(ear, 100)).decode()

@workflow
class Two(Workflow):
    """One action that ends, and one that does so at its second attempt."""

    async def run(self, marker: str) -> list:
        one = await add(1, 2)
        two = await first_time_endless(marker)
        return [one, two]

@workflow
class Waiting(Workflow):
    async def run(self, address: str) -> list:
        word = await waits_for(address)
        three = await add(1, 2)
        return [word, three]

@action
async def stubborn(name):
    try:
        await endless(name)
    except asyncio.CancelledError:
        return "late"

@workflow
class Limited(Workflow):
    """An action that takes too long and answers its cancellation, and what is done on the way out."""

    async def run(self) -> list:
        came = []
        try:
            async with asyncio.timeout(3):
                came.append(await stubborn("x"))
        except TimeoutError:
            came.append(await add(1, 2))
        try:
            came.append(await stubborn("y"))
        finally:
            await add(3, 4)
            await asyncio.sleep(0.1)
            print("cleaned", came, await add(5, 6))

@workflow
class Endless(Workflow):
    async def run(self) -> None:
        await endless("x")
'''


class Ears:
    """Where the actions of a test send what they have to say."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)

    async def hear(self) -> list[str]:
        return (await asyncio.get_running_loop().sock_recv(self._socket, 4096)).decode().split()

    def close(self) -> None:
        self._socket.close()


async def gone(pid: int) -> None:
    """Returns when there is no such process any more, or only its exit code."""
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(fd, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(fd)
        os.close(fd)


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def within_deadline() -> None:
        async with asyncio.timeout(DEADLINE_S):
            await test()

    asyncio.run(within_deadline())
