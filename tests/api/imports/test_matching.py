"""Regular expressions of mappings: whole cells, and no expression that can keep an import busy for ever."""

from __future__ import annotations

import pytest

from api.imports.matching import NoPattern, Pattern


@pytest.mark.parametrize(
    ("expression", "cell", "whole"),
    [
        ("TEST.*", "TEST 12", True),
        ("TEST.*", "a TEST", False),
        ("a|b", "ab", False),
        ("", "", True),
        ("", "x", False),
        ("0+([.]0+)?", "0.00", True),
        ("(?i)é+t", "ÉÉT", True),
        ("TEST", "TEST\n", False),
    ],
)
def test_an_expression_stands_for_the_whole_cell(expression: str, cell: str, whole: bool) -> None:
    assert Pattern(expression).matches(cell) is whole


@pytest.mark.parametrize("expression", ["(a+)+b", "(a|a)*b", "(.*)*" * 20 + "b", "(a*)*(a*)*b"])
def test_no_expression_keeps_an_import_busy(expression: str) -> None:
    """Each takes a matcher that backtracks longer than anybody waits."""
    assert not Pattern(expression).matches("a" * 20_000)


@pytest.mark.parametrize("expression", ["(", "a)(?:b", r"(a)\1", "(?=a)", "(?<!a)b", "(a{1000}){1000}", "a" * 1_001])
def test_what_would_need_backtracking_or_has_no_end_is_no_expression(expression: str) -> None:
    with pytest.raises(NoPattern):
        Pattern(expression)
