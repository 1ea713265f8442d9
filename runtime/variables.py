"""What each `WAYMARK_*` variable is for, and `docs/reference/configuration.md`, which is made from it.

config.py reads most of them, and knows what each takes and its default; here is a sentence for each. Others are read
where they are needed. A variable of the earlier Waymark that has lost its purpose is accepted, and reported at start.

python -m waymark.runtime.variables > docs/reference/configuration.md   tests/unit/runtime/test_variables.py says when
it is stale
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping

import msgspec

from waymark.stdlib.limits import LEAST, WHAT, variable

from .config import REFUSED, Described, described

# By config.py. The order is that of the page.
SAYS: dict[str, str] = {
    "WAYMARK_DATABASE_URL": "The Postgres that runs are kept in: `postgresql://user:password@host:5432/database`.",
    "WAYMARK_DATA_DIR": "Where engines keep the files that prove them alive, and the embedded Postgres its data.",
    "WAYMARK_LOG_LEVEL": "What is logged.",
    "WAYMARK_WORKER_COUNT": "Processes that run actions, shared out among the engines of the host.",
    "WAYMARK_CONCURRENT_PER_WORKER": "Actions that one such process runs at a time.",
    "WAYMARK_USER_MODULE": "Modules with actions, or paths of their files, separated by commas. Without it, all "
    "modules of the project that define actions.",
    "WAYMARK_MAX_ACTION_LIFECYCLE": "After so many actions a worker process is replaced; its successor is ready first.",
    "WAYMARK_WORKER_MEMORY_MB": "The same, if an action leaves it with more memory than this.",
    "WAYMARK_MAX_CONCURRENT_INSTANCES": "Runs that one engine holds in memory, but for those that only wait for a "
    "time; the others wait in the database.",
    "WAYMARK_EVICT_SLEEP_THRESHOLD_MS": "A run that sleeps longer than this leaves memory meanwhile.",
    "WAYMARK_EXECUTOR_SHARDS": "Engine processes under one `waymark start-workers`, each with its share of the "
    "runs and of the worker processes.",
    "WAYMARK_POLL_INTERVAL_MS": "How often a host looks for what has arrived, while nothing happens and LISTEN is not "
    "heard. Where it is, once a second. The earlier Waymark had 100: docs/adr/0028.",
    "WAYMARK_LOCK_TTL_MS": "After so long without a heartbeat an engine counts as dead, and its partitions are taken.",
    "WAYMARK_LOCK_HEARTBEAT_MS": "How often an engine says that it lives.",
    "WAYMARK_EXPIRED_LOCK_RECLAIMER_INTERVAL_MS": "How often an engine looks for partitions whose engine is dead.",
    "WAYMARK_SCHEDULER_POLL_INTERVAL_MS": "How often an engine looks for schedules that are due. It reads a little "
    "ahead, so that they fire in time.",
    "WAYMARK_SCHEDULER_BATCH_SIZE": "How many schedules it reads at a time.",
    "WAYMARK_GARBAGE_COLLECTOR_RETENTION_HOURS": "How long a run that has ended is kept, with its history. Afterwards "
    "its id is free for another.",
    "WAYMARK_GARBAGE_COLLECTOR_INTERVAL_MS": "How often runs that are older are deleted.",
    "WAYMARK_GARBAGE_COLLECTOR_BATCH_SIZE": "How many runs one statement deletes.",
    **{variable(name): f"The most {WHAT[name][0]}." for name in LEAST},
}


class Elsewhere(msgspec.Struct, frozen=True):
    """A variable that config.py does not read."""

    takes: str
    default: str
    says: str


FLAG = "true or false"

ELSEWHERE: dict[str, Elsewhere] = {
    "WAYMARK_BRIDGE_IN_MEMORY": Elsewhere(
        FLAG, "true under pytest, else false", "Runs live in the memory of this process, on a clock that skips sleeps."
    ),
    "WAYMARK_SKIP_WAIT_FOR_INSTANCE": Elsewhere(
        FLAG, "false", "`run()` starts a run and returns its id, as with `_blocking=False`."
    ),
    "WAYMARK_LISTEN_URL": Elsewhere(
        "a DSN, or off",
        "that of the database",
        "A direct connection to the server, for LISTEN: behind a pooler the usual one hears nothing. `off` leaves "
        "it to polling.",
    ),
    "WAYMARK_DATABASE_URLS": Elsewhere(
        "DSNs, each behind its partitions",
        "",
        "Several databases instead of one, each with partitions of its own: `0-127=postgresql://a/app "
        "128-255=postgresql://b/app`, the same for every process. WAYMARK_LISTEN_URL then names as many.",
    ),
    "WAYMARK_DATABASE_POOLED": Elsewhere(
        FLAG, "false", "The DSN leads to a pooler in transaction mode, such as PgBouncer: nothing of a session is used."
    ),
    "WAYMARK_PG_BIN": Elsewhere("a folder", "", "The programs of the embedded Postgres: initdb, pg_ctl, postgres."),
    "WAYMARK_CACHE_DIR": Elsewhere(
        "a folder; empty for none", "the user's cache folder", "Where compiled workflows are kept between imports."
    ),
    "WAYMARK_PARANOID": Elsewhere("0 or 1", "0", "Check every step of the compiler and of snapshots; for tests."),
}

# Set by Waymark for the processes that it starts, and by its own tests.
INTERNAL = frozenset(("WAYMARK_PROCESS_ROLE", "WAYMARK_UPDATE_GOLDEN", "WAYMARK_DATABASE_INDEX"))

_NO_BRIDGE = "clients talk to Postgres by themselves, and this version has no gRPC bridge"
_NO_WEBAPP = "this version has no dashboard; `waymark runs`, `waymark schedules` and their --json show what it would"

NO_EFFECT: dict[str, str] = {
    "WAYMARK_INSTANCE_DONE_BATCH_SIZE": "the end of a run is part of the commit that its engine makes anyway",
    "WAYMARK_PERSIST_INTERVAL_MS": "nothing is written behind: a state is durable before anything follows from it",
    "WAYMARK_EXPIRED_LOCK_RECLAIMER_BATCH_SIZE": "engines own 256 partitions, and no lock for each run is reclaimed",
    "WAYMARK_RUNNER_PROFILE_INTERVAL_MS": "no profiles are written; an engine counts what it did once a minute",
    "WAYMARK_BRIDGE_GRPC_ADDR": _NO_BRIDGE,
    "WAYMARK_BRIDGE_GRPC_HOST": _NO_BRIDGE,
    "WAYMARK_BRIDGE_GRPC_PORT": _NO_BRIDGE,
    "WAYMARK_BRIDGE_BASE_PORT": _NO_BRIDGE,
    "WAYMARK_BOOT_COMMAND": _NO_BRIDGE,
    "WAYMARK_BOOT_BINARY": _NO_BRIDGE,
    "WAYMARK_WORKER_GRPC_ADDR": "an engine and its workers speak over socket pairs, and there is no port to name",
    "WAYMARK_WEBAPP_ENABLED": _NO_WEBAPP,
    "WAYMARK_WEBAPP_ADDR": _NO_WEBAPP,
    "WAYMARK_WEBAPP_TOKEN": _NO_WEBAPP,
}


def known() -> frozenset[str]:
    """Every variable that means something, or once did."""
    return frozenset((*SAYS, *ELSEWHERE, *INTERNAL, *NO_EFFECT, *REFUSED))


def remarks(environ: Mapping[str, str]) -> list[str]:
    """What whoever starts workers should know of their environment: a sentence a variable, for the log."""
    said = []
    for name in sorted(name for name in environ if name.startswith("WAYMARK_")):
        if name in NO_EFFECT:
            said.append(f"{name} has no effect: {NO_EFFECT[name]}")
        elif name not in known():
            near = difflib.get_close_matches(name, known(), 1)
            said.append(f"{name} is no variable of Waymark's" + (f"; did you mean {near[0]}?" if near else ""))
    return said


HEAD = """# Configuration

Generated from `runtime/variables.py` by `python -m waymark.runtime.variables`. Do not edit.

Waymark is set up by variables of the process's environment, and by nothing else. An empty variable is an unset one. A
bad value stops the start: the message names the variable, the value and what the variable takes. A `WAYMARK_*` variable
that is not on this page is reported at start, with the one that was probably meant.
"""

ACCEPTED = """## Accepted, without effect

The earlier Waymark had these. They are accepted, and `waymark start-workers` says so once.

| variable | why |
| --- | --- |"""


def configuration_page() -> str:
    """The whole page."""
    read = {each.name: each for each in described()}
    lines = [HEAD, "| variable | takes | default | |", "| --- | --- | --- | --- |"]
    lines += [_line(name, read[name], says) for name, says in SAYS.items()]
    lines += [f"| `{name}` | {each.takes} | {each.default} | {each.says} |" for name, each in ELSEWHERE.items()]
    lines += ["", ACCEPTED, *(f"| `{name}` | {why} |" for name, why in NO_EFFECT.items())]
    lines += ["", "## Refused", "", "| variable | why |", "| --- | --- |"]
    lines += [f"| `{name}` | {why} |" for name, why in REFUSED.items()]
    return "\n".join([*lines, ""])


def _line(name: str, read: Described, says: str) -> str:
    return f"| `{name}` | {read.takes} | {read.default} | {says} |"


if __name__ == "__main__":
    print(configuration_page(), end="")
