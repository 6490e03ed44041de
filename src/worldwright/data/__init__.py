"""What flows: rows, what they are (Schema), whence they came (Lineage), what was found (Report).

    dataset      Dataset: tables, schema, lineage; the one thing that flows through every room
    schema       Column, Kind, TableSchema, Schema
    lineage      Lineage, Role, and the sparse trace of rows
    read         a file, a folder or a frame becomes a Dataset
    source       one file, opened, decompressed, decoded
    readers/     the file formats
    frames       pandas, polars, anything with the Arrow PyCapsule protocol
    infer        what kind of column is this? It asks cells (distinct texts), numerals, dates,
                 durations, words (category, id, text) and typed (what Arrow's types say)
    declared     what a person declares of columns, put into force
    schema_file  the file in which they declare it
    references   keys among the tables of a folder
    canonical    the one form in which equal columns are equal bytes
    split        who teaches and who judges
    following    rows of other tables go with the rows they belong to
    fingerprint  hashes by value, open and keyed
    store        Datasets as folders
    written      the blocks of World.write, read back
    export       the main table as one file for other programs
    atomic       files and folders that are there whole, or not at all
    log          entries that are added and never changed
    report       Finding, Figure, Verdict, Report
    progress     one callback for everything that takes time
    expression/  the one language of conditions
    reporting/   a Report as page, screen and JSON
    release/     a bundle that verifies itself

A new file format is one more file in `readers/`; its docstring says how.
"""
