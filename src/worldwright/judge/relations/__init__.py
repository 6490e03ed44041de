"""Relations: what several tables say of each other, and how their rows are dealt out together.

kin.py        Kin: the tables of all sides, and for each row of a child where its parent stands
units.py      the unit of each row: what must stay on one side when real rows are dealt out
links.py      orphans, families, dependence between parent and child, as counts
keys.py       keys that repeat
"""
