"""Run the generated concurrent programs of a range of seeds, and tell of each that differs from CPython, or fails.

    python tests/support/concurrent_seeds.py 0 500          every seed from 0 to 499
    python tests/support/concurrent_seeds.py 42             one seed, with its program and both worlds' effects

A seed names a program, what its actions come to and when, and how the machine's run is cut: it is all there is to say.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "support")]


def main(arguments: list[str]) -> int:
    from tests.properties.concurrency.batches import compared, reports  # found by the paths above
    from tests.properties.concurrency.whole import program_of_seed

    seeds = [int(argument) for argument in arguments]
    if len(seeds) == 1:
        program = program_of_seed(seeds[0])
        report = compared(program, seeds[0])
        print(f"{report.explain()}\n--- {program.order}\n--- {'the same' if report.same else 'NOT the same'}")
        return not report.same
    began, same, different = time.monotonic(), 0, []
    seed, end = seeds
    while seed < end:
        try:
            for each in reports(range(seed, end)):
                seed = each.seed + 1
                if each.report.same:
                    same += 1
                else:
                    different.append(each.seed)
                    print(f"seed {each.seed} differs", flush=True)
                if (same + len(different)) % 100 == 0:
                    print(f"{same} the same, {len(different)} not, after {time.monotonic() - began:.0f} s", flush=True)
        except Exception as error:
            print(f"seed {seed} fails: {error!r}", flush=True)
            different.append(seed)
            seed += 1
    print(f"{same} the same, {len(different)} not: {different}")
    return bool(different)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
