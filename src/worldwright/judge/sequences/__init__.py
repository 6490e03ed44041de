"""Sequences: what a table says of time, and how its rows are dealt out without breaking that.

timeline.py   Timeline: the clock, the entity and the columns of all rows, in file order
dealing.py    Deal: rows, whole entities or blocks of time dealt to two sides
calendar.py   hour, weekday, month, grain and period of moments, as cells
steps.py      gaps, bursts, transitions and lengths of one side, as counts
fileorder.py  what follows the order of the rows in made data and not in real data
"""
