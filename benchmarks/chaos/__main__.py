"""`python -m benchmarks.chaos [--seed N] [--runs N] [--logs FOLDER]`: see docs/deployment.md. `make chaos` calls it."""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sys
from pathlib import Path

from .chaos import Plan, unleash
from .misfortunes import MISFORTUNES


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description="Runs survive what goes wrong.")
    parser.add_argument("--seed", type=int, help="which misfortunes happen; one is drawn without")
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=300.0, help="for so long misfortunes happen, at the most")
    parser.add_argument("--hosts", type=int, default=2)
    parser.add_argument("--shards", type=int, default=2, help="engines on each host")
    parser.add_argument("--only", default="", help=f"some of {', '.join(MISFORTUNES)}")
    parser.add_argument("--logs", type=Path, default=Path("build/chaos"), help="a folder for everybody's logs")
    options = parser.parse_args(argv)
    seed = random.randrange(1 << 32) if options.seed is None else options.seed
    names = tuple(options.only.split(",")) if options.only else tuple(MISFORTUNES)
    plan = Plan(seed, options.runs, options.hosts, options.shards, chaos_s_max=options.seconds, names=names)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that all that was started ends here, too
    options.logs.mkdir(parents=True, exist_ok=True)
    with (options.logs / "chaos.log").open("w") as log:

        def say(text: str) -> None:
            print(text, flush=True)
            print(text, file=log, flush=True)

        say(f"seed {seed}: {plan.runs} runs of ten actions on {plan.hosts} hosts")
        report = asyncio.run(unleash(plan, say, options.logs))
        say(str(report))
        say("everything was as promised" if not report.faults else f"again: --seed {seed}")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
