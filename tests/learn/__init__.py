"""The learner: what it finds, what it keeps, what it may not tell. Shared tables: `tables.py`."""
