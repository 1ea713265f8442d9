"""Workflows that the benchmarks run: user code, as any other."""
