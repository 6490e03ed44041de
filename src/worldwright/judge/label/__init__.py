"""The label: does the column that a task learns behave among made rows as among real ones?

targets.py      the labels that are asked about: a class against all others, or a number's rank
predictions.py  what the other columns say of the label, by models that did not see the row
grid.py         sums in the cells of many columns at once, in every split
drift.py        label less prediction: overall, by prediction, inside each cell of each column
links.py        how well one column, or one trait of the file, tells the label by itself
traits.py       what should tell nothing: order of rows, ids, digits, hours, prefixes, gaps
ease.py         models taught by made rows against models taught by real ones
gaps.py         how the label's share differs between groups of people, made against real
drawn.py        pictures
"""
