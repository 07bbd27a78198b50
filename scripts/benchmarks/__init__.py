"""Benchmarks: what the product promises of its speed, each beside a baseline of the same run."""
