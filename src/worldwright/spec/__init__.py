"""What we wish and what we know, as data: read from files and checked whole.

    wish.py      Wish and Cover: what data is wanted
    marked.py    a YAML file as plain values, and the line that each of them stands on
    forms.py     a closed form (pydantic) held against what was written, faults in plain words
    project.py   the project file: one registered key for each of its top-level names

To add a key to the project file, register a `ProjectKey` in a module of `loop/keys/`.
"""
