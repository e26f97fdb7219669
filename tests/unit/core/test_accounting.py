"""Whoever enters a step remains or is left out for a reason; anything else stops."""

import pytest

from resurvey.core.accounting import (
    ACCOUNT_COLUMNS,
    LEFT_OUT,
    Account,
    UnexplainedRows,
    check_chain,
    read_losses,
)


def test_account_that_adds_up_keeps_only_the_reasons_that_there_are():
    account = Account("table", "t", "q", 10, 7, {"zero_weight": 1, "refused": 2, "other": 0}, 3)
    assert account.left_out == {"refused": 2, "zero_weight": 1}
    assert account.lost == 3
    assert set(account.line) == set(ACCOUNT_COLUMNS)
    assert read_losses(account.line) == account.left_out


@pytest.mark.parametrize(
    "numbers",
    [
        (10, 7, {"refused": 2}, 0),
        (10, 7, {"refused": 4}, 0),
        (10, 7, {"weather": 3}, 0),
        (10, 11, {"refused": -1}, 0),
        (10, 7, {"refused": 3}, 8),
        (-1, -1, {}, 0),
    ],
    ids=["one lost", "one too many", "no reason of ours", "negative", "more apart", "fewer than 0"],
)
def test_account_that_does_not_add_up_stops(numbers):
    with pytest.raises(UnexplainedRows, match="table 't', 'q'"):
        Account("table", "t", "q", *numbers)


def test_it_says_how_many_are_not_explained():
    with pytest.raises(UnexplainedRows, match=r"left out \(refused 2\); 1 is not explained"):
        Account("table", "t", "q", 10, 7, {"refused": 2})


def test_step_begins_with_whom_the_step_before_left():
    first = Account("import", "", "", 6, 5, {"empty_row": 1})
    second = Account("cleaning", "1", "", 5, 4, {"removed": 1})
    everybody = Account("respondents", "", "", 4, 4)
    tables = [Account("table", name, "q", 4, 4) for name in ("a", "b")]
    check_chain([first, second, everybody, *tables])
    with pytest.raises(UnexplainedRows, match="between respondents and table: 4 .* became 5"):
        check_chain([first, second, everybody, Account("table", "a", "q", 5, 5)])


def test_rows_that_stand_for_people_are_counted_anew():
    check_chain([Account("import", "", "", 3, 3), Account("people", "", "", 70, 70)])


def test_every_reason_has_a_column():
    assert {f"lost_{reason}" for reason in LEFT_OUT} <= set(ACCOUNT_COLUMNS)
