"""Kinds of fault that test the judge, one file each. See `judge/delusion.py` for the rules.

To add one, add a file here (or an entry point in the group `worldwright.delusion`) with a function
from a Ground and a strength to Planted, decorated with `@delusion(...)` and registered with
`@plugins.delusions("kind")`. `judge/planting.py` has the tools: pick a column, pick rows, put
values in. `worldwright.testing.check_delusion` tests it.
"""
