"""Two hosts, each in a network namespace of its own, share one database and survive the loss of either's network."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.chaos import deeds
from benchmarks.chaos.deployment import TTL_MS, Deployment, Host
from waymark.client import Client
from waymark.runtime.store.opening import Database, open_store
from waymark.workflow import compiled_of

DEADLINE_S = 120.0
RUNS = 40


def _can() -> bool:
    """Whether network namespaces can be made here."""
    name = f"wm-try-{os.getpid()}"
    try:
        made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return made


pytestmark = pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0 or not _can(), reason="ip netns takes root")


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


class Net:
    """A namespace with one cable to this one, in which a proxy listens."""

    def __init__(self, number: int) -> None:
        self.name = f"wm{os.getpid() % 10_000}n{number}"
        self.cable = f"{self.name}o"
        self.here, self.there = (f"10.{211 + number}.{os.getpid() % 250}.{end}" for end in (1, 2))
        ip("netns", "add", self.name)
        ip("link", "add", self.cable, "type", "veth", "peer", "name", f"{self.name}i", "netns", self.name)
        ip("addr", "add", f"{self.here}/30", "dev", self.cable)
        ip("link", "set", self.cable, "up")
        ip("-n", self.name, "addr", "add", f"{self.there}/30", "dev", f"{self.name}i")
        ip("-n", self.name, "link", "set", f"{self.name}i", "up")
        ip("-n", self.name, "link", "set", "lo", "up")

    def cut(self) -> None:
        ip("link", "set", self.cable, "down")

    def mend(self) -> None:
        ip("link", "set", self.cable, "up")

    def close(self) -> None:
        subprocess.run(["ip", "link", "del", self.cable], capture_output=True, check=False)
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True, check=False)


@contextmanager
def hosts_apart(deployment: Deployment) -> Iterator[list[Net]]:
    """Each host of the deployment behind a cable of its own, and its database at the cable's other end."""
    nets: list[Net] = []
    try:
        for number, host in enumerate(deployment.hosts):
            nets.append(net := Net(number))
            move(host, net, deployment.dsn)
        yield nets
    finally:
        for net in nets:
            net.close()


def move(host: Host, net: Net, dsn: str) -> None:
    host.prefix = ("ip", "netns", "exec", net.name)
    host.environ["WAYMARK_DATABASE_URL"] = dsn.replace("@127.0.0.1:", f"@{net.here}:")


@pytest.mark.parametrize("lost", [0, 1])
def test_either_host_may_lose_its_network_and_come_back(lost: int) -> None:
    async def test() -> None:
        with Deployment(hosts=2, shards=1, listen_on="0.0.0.0") as deployment, hosts_apart(deployment) as nets:
            for host in deployment.hosts:
                host.start()
            store = await open_store((Database(deployment.dsn),), application_name="waymark client")
            client = Client(store)
            try:
                compiled = compiled_of(deeds.Deeds)
                handles = [await client.start(compiled, {"number": n}, f"run {n}") for n in range(RUNS)]
                await begun(deployment)
                nets[lost].cut()
                async with asyncio.timeout(TTL_MS / 1000 + DEADLINE_S / 2):
                    results = await asyncio.gather(*(handle.result() for handle in handles))
                assert results == [deeds.expected(number) for number in range(RUNS)], "the other one does all of it"
                nets[lost].mend()
                late = await client.start(compiled, {"number": RUNS}, "after it came back")
                assert await late.result() == deeds.expected(RUNS)
            finally:
                await store.close()

    async def within_deadline() -> None:
        async with asyncio.timeout(DEADLINE_S):
            await test()

    asyncio.run(within_deadline())


async def begun(deployment: Deployment) -> None:
    while True:
        if deployment.ledger.exists() and deployment.ledger.read_bytes().count(b"\n") >= RUNS:
            return
        await asyncio.sleep(0.02)
