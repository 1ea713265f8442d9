"""Who is measured: what each is called, and what its program needs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from .environments import python_of

OURS, BARE, DBOS, DBOS_ALONE, ABSURD = "Waymark", "bare SQL", "DBOS", "DBOS alone", "absurd"
PROGRAMS = "benchmarks.peers.programs"


class Contender(msgspec.Struct, frozen=True):
    name: str
    module: str
    environment: str = ""  # below build/peers; without one it runs in ours
    requirements: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """For its database and its log."""
        return self.module.rpartition(".")[2]

    def python(self, say: Callable[[str], None]) -> Path:
        return python_of(self.environment, self.requirements, say) if self.environment else Path(sys.executable)


CONTENDERS = (
    Contender(OURS, f"{PROGRAMS}.waymark_program"),
    Contender(BARE, f"{PROGRAMS}.bare_program"),
    Contender(DBOS, f"{PROGRAMS}.dbos_program", "dbos", ("dbos==3.4.0",)),
    Contender(DBOS_ALONE, f"{PROGRAMS}.dbos_alone_program", "dbos", ("dbos==3.4.0",)),
    Contender(ABSURD, f"{PROGRAMS}.absurd_program", "absurd", ("absurd-sdk==0.5.1", "absurdctl==0.5.1")),
)
