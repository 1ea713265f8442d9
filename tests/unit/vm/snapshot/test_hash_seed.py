"""The bytes of a run do not depend on hash seeds or on where objects are in memory."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from .test_hostile import everything

ROOT = Path(__file__).parents[4]
PROGRAM = "from tests.unit.vm.snapshot.test_hash_seed import fingerprint; print(fingerprint())"


def fingerprint() -> str:
    """A hash of all that is stored of a run, over changes, sharing and a restore."""
    world = everything()
    digest = hashlib.sha256(world.root)
    for _ in range(2):
        for number in range(200):
            task = world.task([number], world.state.modules["shop"])
            task.callbacks += [*world.state.tasks.values()][-3:]
        for task in [*world.state.tasks.values()][5:50]:
            world.end(task)
        world.commit()
        digest.update(world.root)
        for page, data in sorted(world.rows.items()):
            digest.update(b"%d" % page + data)
        world = world.restored()
    return digest.hexdigest()


def test_every_process_writes_the_same_bytes() -> None:
    found = {fingerprint()}
    for seed in ("0", "1", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        found.add(ran.stdout.strip())
    assert len(found) == 1
