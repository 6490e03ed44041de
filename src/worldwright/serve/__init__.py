"""Faces of the public API, and of nothing below it.

    cli.py       the commands of `ww`: parse, one public call, print
    wishes.py    options of the command line → Wish
    talk.py      progress on stderr: a bar on a terminal, sparse lines elsewhere
    exits.py     errors → what is printed and the exit code
    stopping.py  a Ctrl-C that cannot get lost

To add a command, add a function to `cli.py` and its page to `docs/reference`.
"""
