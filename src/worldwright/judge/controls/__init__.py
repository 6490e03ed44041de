"""Ways to the same end without made rows, one file each. To add one, add a file.

    nothing.py           the real rows as they are
    class_weights.py     the rare class weighs as much as the rest
    resampling.py        real rows drawn again, as many as the made rows would add
    smotenc.py           points between neighbours of the rare class
    balanced_bagging.py  many models, each on all rare rows and as many others (advice)

A control is a function of `TrainingRows` that returns a fitted scorer, declared with
`@control(...)` and registered with `@plugins.controls("name")`. Heavy libraries are imported
inside it.
"""
