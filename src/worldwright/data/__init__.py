"""What flows: rows (Dataset), what they are (Schema), where they came from (Lineage), what was found.

    dataset      Dataset: tables, schema, lineage; the one thing that flows through every room
    schema       Column, Kind, TableSchema, Schema        lineage   Lineage, Role, the sparse trace
    read         read(): a file, a folder or a frame becomes a Dataset
    source       one file, decompressed and decoded       readers/  the file formats; add one there
    frames       pandas, polars, anything with the Arrow PyCapsule protocol
    infer        what kind of column is this?  of which: cells (distinct texts), numerals, dates,
                 durations, words (category, id, text), typed (what Arrow types say)
    declared     what a person declares of columns, put into force
    schema_file  the schema file: YAML or JSON            references  keys among the tables of a folder
    split        who teaches and who judges               canonical   one form for equal columns
    fingerprint  hashes by value, open and keyed          store       Datasets on disk
    log          append-only, hash-chained entries        atomic      files that are whole or not there
    report       Finding, Figure, Verdict, Report         progress    one callback for all that takes time
    expression/  the one language of conditions           reporting/, release/  what people read and take
"""
