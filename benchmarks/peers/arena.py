"""Where contenders meet: one Postgres, a database for each, one of them up at a time, in turns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from ..bench import Bench
from .contenders import CONTENDERS, Contender
from .environments import Missing
from .programs.speaking import POLL_VARIABLE
from .rows import Values
from .standing import Failed, Standing, prepare, standing

LIMIT_S = 90.0  # for an order; who is slower has a row that says so
BUSY_POLL_S, PROMPT_POLL_S = 0.1, 0.01

Found = dict[str, dict[str, Values]]  # by figure, by contender
Measured = Callable[[Standing], Iterator[tuple[str, float]]]  # figures, one by one


class Arena:
    def __init__(self, bench: Bench, logs: Path, contenders: Sequence[Contender] = CONTENDERS) -> None:
        self.bench = bench
        self.contenders = contenders
        self._logs = logs
        self._out: dict[str, str] = {}  # contenders that cannot be had, and why
        self._prepared: set[str] = set()

    def dsn(self, contender: Contender) -> str:
        return self.bench.server.dsn(f"beside_{contender.short}")

    def in_turns(
        self,
        what: str,
        rounds: int,
        figures: Sequence[str],
        measured: Measured,
        poll_s: float | None = BUSY_POLL_S,
        among: Collection[str] | None = None,
    ) -> Found:
        """Every contender in every round. One that fails has no more rounds, and its other figures say why.

        `poll_s`: how often those poll who do; None leaves it to them. `among`: who has such a thing; None: all of them.
        """
        found: Found = {figure: {} for figure in figures}
        for number in range(rounds):
            for each in self.contenders:
                if among is not None and each.name not in among:
                    continue
                if any(isinstance(values.get(each.name), str) for values in found.values()):
                    continue
                self.bench.say(f"{what}: {each.name}, round {number + 1} of {rounds}")
                with noting(found, each) as done, self.up(each, poll_s) as stands:
                    for figure, value in measured(stands):
                        before = found[figure].get(each.name, ())
                        assert not isinstance(before, str), "it has no more rounds after a failure"
                        found[figure][each.name] = (*before, value)
                        done.add(figure)
        return found

    @contextmanager
    def up(self, contender: Contender, poll_s: float | None = BUSY_POLL_S) -> Iterator[Standing]:
        """It stands, and has done some work. After a failure its database is made anew: unfinished work lies in it."""
        command = self._command(contender)
        log = self._logs / f"{contender.short}.log"
        shared = str(self.bench.folder)
        try:
            if contender.name not in self._prepared:
                asyncio.run(_new_database(self.bench.server.dsn(), self.dsn(contender)))
                prepare([*command, "prepare", self.dsn(contender), shared], log)
                self._prepared.add(contender.name)
            environ = {} if poll_s is None else {POLL_VARIABLE: str(poll_s)}
            with standing([*command, "serve", self.dsn(contender), shared], log, environ) as stands:
                stands.ask(LIMIT_S, "warm")
                yield stands
        except Failed:
            self._prepared.discard(contender.name)
            raise

    def _command(self, contender: Contender) -> list[str]:
        if contender.name in self._out:
            raise Missing(self._out[contender.name])
        try:
            python = contender.python(self.bench.say)
        except Missing as error:
            self._out[contender.name] = str(error)
            raise
        return [str(python), "-m", contender.module]


async def _new_database(server: str, dsn: str) -> None:
    connection = await asyncpg.connect(server)
    name = dsn.rpartition("/")[2]
    try:
        await connection.execute(f'drop database if exists "{name}" with (force)')
        await connection.execute(f'create database "{name}"')
    finally:
        await connection.close()


@contextmanager
def noting(found: Found, contender: Contender) -> Iterator[set[str]]:
    """A failure in here is noted for all figures but those that are added to what it gives."""
    done: set[str] = set()
    try:
        yield done
    except (Failed, Missing) as error:
        for figure in found.keys() - done:
            found[figure][contender.name] = str(error)
