"""How a Report is shown: one file a face, and the charts that all of them share.

disclose.py   what may leave from real rows: bin edges and category values
charts.py     Vega-Lite charts, from plain numbers
plain.py      a Report as plain data (JSON), and back
schema.py     the JSON Schema of that
text.py       a Report as one screen of text
html.py       a Report as one file for a browser, without a network
page.py       the parts of that file: its sections and tables
words.py      the sentences that all faces share

To add a chart: add a function to `charts.py` that takes plain numbers and returns a dict.
"""
