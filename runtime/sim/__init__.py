"""A world in one process, drawn from a seed, in which everything goes wrong that can: what P3 to P6 are held against.

    plan.py      what a seed stands for: runs, engines, faults
    script.py    workflows without a VM, which show their state (steps.py); acting.py makes and answers them
    pool.py      compiled programs in the same worlds; texts.py draws them
    world.py     the clock, the order of events, faults, and the end of it all
    network.py   what delays and loses questions and answers
    database.py  the memory store, with commits in doubt, entries that show up late, and a standby that lags behind
    shard.py     an engine: the real core under a shell that can be stopped at every point; hands.py, its workers
    people.py    clients and schedulers; ends.py, what must have come of it
    checker.py   what must be true after every step
    shrink.py    a smaller plan that fails alike

`waymark sim --seed 81723` tells what happened.
"""
