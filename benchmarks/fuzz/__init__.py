"""Fuzzing of everything that reads what others wrote: `python -m benchmarks.fuzz`.

Coverage-guided by atheris where that is installed, else by a mutation loop that is the same at each run of a seed.
What is fuzzed is the table in `targets`, what has to hold is in `checks`; tests/test_fuzz.py uses both, in short.
"""
