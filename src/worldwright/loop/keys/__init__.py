"""The keys of a project file, a file each; a run is the keys in the order of their stages.

    seed.py       0   what chance starts from
    evidence.py  10   the real rows, and which of them teach
    world.py     20   what is learned from them, or loaded
    wish.py      40   the rows that are wanted, and the making of them
    judge.py     50   is it like, is it worth it?
    guard.py     60   who could be hurt?
    gates.py     70   what the report must say
    release.py   80   the bundle, or the report of why there is none

To add a key, add a file that registers a `ProjectKey` with `plugins.project_keys`.
"""
