"""`python -m worldwright`: the same as `ww`."""

from .serve.cli import main

main()
