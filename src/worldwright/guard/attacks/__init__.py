"""The attacks, one small file each. To add one, add a file; the registry finds it.

copies.py       real rows that stand in the made rows, value for value
near_copies.py  made rows that lie nearer to rows that taught than to rows that did not
membership.py   can it be told from the made rows who taught?
"""
