"""A contender that is up: its program, which has its workers below it, and the orders that it is given."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PREPARE_S_MAX = 60.0
READY_S_MAX = 60.0
END_S = 20.0
GONE_S_MAX = 5.0
LOOK_EVERY_S = 0.5


class Failed(Exception):
    """A contender did not do what it was asked, and why. It becomes a row of the table."""


class Standing:
    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log
        self._unread = b""
        self.pid = process.pid

    def ask(self, limit_s: float, do: str, **order: Any) -> dict[str, Any]:
        """What the program answers. Failed, if it says so, ends, or takes longer."""
        self._send({"do": do, **order})
        answer = self._said(limit_s)
        if "done" not in answer:
            raise Failed(answer["failed"].splitlines()[0])
        done: dict[str, Any] = answer["done"]
        return done

    def ready(self) -> None:
        said = self._said(READY_S_MAX)
        assert said == {"ready": True}, said

    def _send(self, order: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise self._ended() from error

    def _said(self, limit_s: float) -> Any:
        assert self._process.stdout is not None
        output, deadline = self._process.stdout.fileno(), time.monotonic() + limit_s
        while b"\n" not in self._unread:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Failed(f"not done within {limit_s:.0f} s")
            if not select.select([output], [], [], min(left, LOOK_EVERY_S))[0]:
                if self._process.poll() is not None:  # what it has started may keep its output open
                    raise self._ended()
                continue
            read = os.read(output, 1 << 16)
            if not read:
                raise self._ended()
            self._unread += read
        line, _, self._unread = self._unread.partition(b"\n")
        return json.loads(line)

    def _ended(self) -> Failed:
        return Failed(f"its program ended with code {self._process.wait(END_S)}: {last_line(self._log)}")


@contextmanager
def standing(command: Sequence[str], log: Path, environ: Mapping[str, str]) -> Iterator[Standing]:
    """The program is up meanwhile, in a session of its own: Ctrl-C reaches us, and we end it with all it began."""
    with log.open("ab") as errors:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
        patience_s = END_S
        try:
            stands = Standing(process, log)
            stands.ready()
            yield stands
        except Failed:
            patience_s = 0.0  # it may be in the middle of what it was asked
            raise
        finally:
            _end(process, patience_s)


def _end(process: subprocess.Popen[bytes], patience_s: float) -> None:
    """By the end of its input, if it listens; else with all of its session."""
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.close()
    except OSError:
        pass  # an order that it did not read, since it has ended
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        pass
    deadline = time.monotonic() + GONE_S_MAX
    try:
        while time.monotonic() < deadline:
            os.killpg(process.pid, signal.SIGKILL)  # whatever is left of the session, until nothing is
            process.poll()
            time.sleep(0.01)
    except ProcessLookupError:
        pass
    process.wait()
    process.stdout.close()


def prepare(command: Sequence[str], log: Path) -> None:
    """A program's own preparation of its database, which runs to its end."""
    with log.open("ab") as errors:
        try:
            done = subprocess.run(
                command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors, timeout=PREPARE_S_MAX
            )
        except subprocess.TimeoutExpired as error:
            raise Failed(f"its database was not prepared within {PREPARE_S_MAX:.0f} s") from error
    if done.returncode:
        raise Failed(f"its database could not be prepared: {last_line(log)}")


def last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
