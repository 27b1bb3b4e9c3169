"""Benchmarks: ``python -m tests.bench [NAME ...]`` prints a table of each."""
