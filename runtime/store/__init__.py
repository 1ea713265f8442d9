"""Where runs are kept: `postgres.PostgresStore`, and `memory.MemoryStore` with the same promises and no database.

    ports.Store         what both promise; tests/integration/store runs one suite over both
    rules.py            what both refuse and how both make text printable
    migrate.py          brings a database to our schema; migrations/ has the files
    queries.py          reads sql/, where every statement has a name and says what an empty result means
    links.py, lane.py   connections; commits, of which one is under way at a time
    rows.py             structs to arrays and rows to structs
    waiters.py          clients that wait for the end of runs
    asking.py           questions for single runs, asked together
    errors.py           what a failure of the driver or the server means, in one place

Importing this package loads neither store: the memory store must not need the driver.
"""
