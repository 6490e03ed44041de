"""Tokens of the expression language, with their positions, so that an error can point."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from ...errors import ExpressionError

KEYWORDS = frozenset({"and", "or", "not", "in", "between", "is", "null"})
_SIGNS = ("==", "!=", "<>", "<=", ">=", "=", "<", ">")
_WORD = re.compile(r"(?:(?!!=)[^\s\"'`(),=<>])+")


class Sort(Enum):
    """What a token is."""

    WORD = "word"
    KEYWORD = "keyword"
    COLUMN = "backticked name"
    TEXT = "quoted value"
    SIGN = "comparison"
    PUNCTUATION = "punctuation"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One token and where it begins."""

    sort: Sort
    text: str
    at: int


def tokens(source: str) -> list[Token]:
    """Cut `source` into tokens, an END last. Raises ExpressionError with a caret."""
    found, at = [], 0
    while at < len(source):
        if source[at].isspace():
            at += 1
            continue
        token, at = _next(source, at)
        found.append(token)
    return [*found, Token(Sort.END, "", len(source))]


def _next(source: str, at: int) -> tuple[Token, int]:
    mark = source[at]
    if mark in "\"'`":
        return _quoted(source, at, mark)
    if mark in "(),":
        return Token(Sort.PUNCTUATION, mark, at), at + 1
    for sign in _SIGNS:
        if source.startswith(sign, at):
            return Token(Sort.SIGN, sign, at), at + len(sign)
    word = _WORD.match(source, at)
    if word is None:
        raise trouble(source, at, f"{mark!r} cannot stand here", "put values in quotes")
    sort = Sort.KEYWORD if word[0].lower() in KEYWORDS else Sort.WORD
    return Token(sort, word[0].lower() if sort is Sort.KEYWORD else word[0], at), word.end()


def _quoted(source: str, at: int, mark: str) -> tuple[Token, int]:
    """Read up to the closing mark; a doubled mark stands for itself."""
    text, here = "", at + 1
    while True:
        end = source.find(mark, here)
        if end < 0:
            raise trouble(source, at, f"the {mark} is never closed", f"add the closing {mark}")
        text += source[here:end]
        if not source.startswith(mark, end + 1):
            break
        text, here = text + mark, end + 2
    return Token(Sort.COLUMN if mark == "`" else Sort.TEXT, text, at), end + 1


def trouble(source: str, at: int, what: str, mend: str) -> ExpressionError:
    """Return the error that points at one place of the source."""
    return ExpressionError(what, where=f"{source}\n         {' ' * at}^", mend=mend)
