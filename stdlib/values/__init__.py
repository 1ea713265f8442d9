"""Values that stand in for CPython's own where those cannot be state: sets in insertion order, views, iterators."""
