"""The rare: a few true examples and what somebody knows, turned into rows that are worth something.

    amplify.py   what a wish asks for → made rows, or none; each class with how it was decided
    ground.py    real rows and the World's own candidates, under one coding
    features.py  columns as a linear tilt reads them
    prior.py     beliefs as means and precisions of its coefficients
    tilt.py      the linear tilt; making.py  every way to pick rare rows
    trying.py    every way and every control, on real rows that did not teach
    choosing.py  which way is worth it; telling.py  how that is said

To add a way, add its score or its picks to `making.py`.
"""
