"""From text to a tree, by recursive descent. The grammar stands in the package's docstring."""

from __future__ import annotations

from ...errors import ExpressionError
from .tokens import Sort, Token, tokens, trouble
from .tree import (
    And,
    Between,
    ColumnName,
    Compare,
    Expression,
    In,
    IsNull,
    Node,
    Not,
    Or,
    Truth,
    Value,
)

_FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_MAX_DEPTH = 50


def parse(source: str) -> Expression:
    """Return the Expression that `source` says. Raises ExpressionError that points at the place."""
    if not source.strip():
        mend = "write a condition such as: duration < 100"
        raise ExpressionError("an empty condition", where="the expression", mend=mend)
    reader = _Reader(source)
    root = reader.either()
    if reader.here.sort is not Sort.END:
        raise reader.stop(f"{reader.here.text!r} was not expected", "join conditions by and / or")
    return Expression(root)


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, source: str) -> None:
        self._source, self._tokens, self._at, self._depth = source, tokens(source), 0, 0

    @property
    def here(self) -> Token:
        return self._tokens[self._at]

    def stop(self, what: str, mend: str) -> ExpressionError:
        return trouble(self._source, self.here.at, what, mend)

    def either(self) -> Node:
        nodes = [self.both()]
        while self._skip(Sort.KEYWORD, "or"):
            nodes.append(self.both())
        return nodes[0] if len(nodes) == 1 else Or(_flat(nodes, Or))

    def both(self) -> Node:
        nodes = [self.test()]
        while self._skip(Sort.KEYWORD, "and"):
            nodes.append(self.test())
        return nodes[0] if len(nodes) == 1 else And(_flat(nodes, And))

    def test(self) -> Node:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self.stop("nested too deeply", f"use at most {_MAX_DEPTH} brackets and nots")
        try:
            if self._skip(Sort.KEYWORD, "not"):
                node = self.test()
                return node.node if isinstance(node, Not) else Not(node)
            if self._skip(Sort.PUNCTUATION, "("):
                node = self.either()
                self._need(Sort.PUNCTUATION, ")", "close the bracket: )")
                return node
            return self._atom()
        finally:
            self._depth -= 1

    def _atom(self) -> Node:
        left = self._operand("a column")
        if self.here.sort is Sort.SIGN:
            return self._comparison(left)
        column = self._column(left)
        if self._skip(Sort.KEYWORD, "is"):
            negated = self._skip(Sort.KEYWORD, "not")
            self._need(Sort.KEYWORD, "null", "write: is null, or: is not null")
            return Not(IsNull(column)) if negated else IsNull(column)
        negated = self._skip(Sort.KEYWORD, "not")
        if self._skip(Sort.KEYWORD, "in"):
            node: Node = In(column, self._values())
        elif self._skip(Sort.KEYWORD, "between"):
            low = self._value()
            self._need(Sort.KEYWORD, "and", "write: between LOW and HIGH")
            node = Between(column, low, self._value())
        elif negated:
            raise self.stop("'not' needs 'in' or 'between' here", "or put it before the condition")
        else:
            return Truth(column)
        return Not(node) if negated else node

    def _comparison(self, left: Value | ColumnName) -> Node:
        sign = {"==": "=", "<>": "!="}.get(self.here.text, self.here.text)
        self._at += 1
        right = self._operand("a value or a column")
        if self.here.sort is Sort.SIGN:
            raise self.stop("comparisons cannot be chained", "write: between LOW and HIGH")
        if isinstance(left, Value) and (left.quoted or _is_number(left.text)):
            left, right, sign = right, left, _FLIPPED[sign]
        column = self._column(left)
        if sign == "!=":
            return Not(Compare(column, "=", right))
        return Compare(column, sign, right)

    def _operand(self, wanted: str) -> Value | ColumnName:
        token = self.here
        if token.sort is Sort.COLUMN:
            self._at += 1
            return ColumnName(token.text)
        if token.sort is Sort.TEXT:
            self._at += 1
            return Value(token.text, quoted=True)
        words = []
        while self.here.sort is Sort.WORD:
            words.append(self.here.text)
            self._at += 1
        if not words:
            shown = repr(token.text) if token.text else "the end"
            mend = "names with other signs stand in `backticks`, values in quotes"
            raise self.stop(f"{wanted} was expected, not {shown}", mend)
        return Value(" ".join(words))

    def _column(self, operand: Value | ColumnName) -> ColumnName:
        if isinstance(operand, ColumnName):
            return operand
        if operand.quoted:
            raise self.stop("a column was expected, not a quoted value", "put names in `backticks`")
        return ColumnName(operand.text)

    def _value(self) -> Value:
        operand = self._operand("a value")
        if isinstance(operand, ColumnName):
            raise self.stop("a value was expected, not a column", "compare columns by < and =")
        return operand

    def _values(self) -> tuple[Value, ...]:
        self._need(Sort.PUNCTUATION, "(", "write: in (a, b, c)")
        values = [self._value()]
        while self._skip(Sort.PUNCTUATION, ","):
            values.append(self._value())
        self._need(Sort.PUNCTUATION, ")", "close the list: )")
        return tuple(dict.fromkeys(values))

    def _skip(self, sort: Sort, text: str) -> bool:
        hit = self.here.sort is sort and self.here.text == text
        self._at += hit
        return hit

    def _need(self, sort: Sort, text: str, mend: str) -> None:
        if not self._skip(sort, text):
            shown = repr(self.here.text) if self.here.text else "the end"
            raise self.stop(f"{text!r} was expected, not {shown}", mend)


def _flat(nodes: list[Node], kind: type[And] | type[Or]) -> tuple[Node, ...]:
    return tuple(
        part for node in nodes for part in (node.nodes if isinstance(node, kind) else (node,))
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
