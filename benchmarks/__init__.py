"""What `cool` costs, as ratios to small programs on the same interpreter: `python -m benchmarks`.

Ratios, not times: a slow machine slows both sides. The bounds are in `rows`, the papers in `material`.
"""
