"""Worth: what made rows add to a task's score on unseen real rows, against what costs nothing.

training.py   TrainingRows, Control and `@control`: a way from real rows to a fitted scorer
task.py       Task: the target, the class that matters, the score; rows as matrices
score.py      average precision and R², for many resamples of the test rows at once
trial.py      every way, fitted with paired seeds and scored on every unseen row
equivalent.py the learning curve of real rows, and the gain as a number of more real rows
wording.py    what is said, advised and drawn
"""
