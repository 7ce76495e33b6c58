"""What a program may write for many numbers comes to the plugin with none of them lost."""

import pytest

from tests.conftest import NUMBER, OTHER_NUMBER, Account
from tests.e2e.stacks import EmbeddedStack

DECLARED = 'many = PoolNumbers("many", number_pool_uuid=POOL, numbers={}, unrent={})\n'
BOTH = {NUMBER: "sms", OTHER_NUMBER: "mms"}


@pytest.mark.parametrize(
    "numbers",
    [
        "{NUMBER: None, OTHER_NUMBER: 'mms'}",
        "pulumi.Output.from_input({NUMBER: None, OTHER_NUMBER: 'mms'})",
        "{NUMBER: pulumi.Output.from_input(None), OTHER_NUMBER: pulumi.Output.from_input('mms')}",
        "{NUMBER: '', OTHER_NUMBER: 'mms'}",
    ],
)
def test_a_number_whose_service_is_none_is_wanted_like_any_other(
    stack: EmbeddedStack, account: Account, numbers: str
) -> None:
    outcome = stack.up(DECLARED.format(numbers, True))
    assert outcome.succeeded, outcome.shown
    assert account.numbers() == BOTH
    # Nothing changes, and nothing is given back, when the same is written in another way.
    assert stack.preview(DECLARED.format(numbers, True)).operations == {"many": "same"}
    again = stack.up(DECLARED.format({NUMBER: "sms", OTHER_NUMBER: "mms"}, True))
    assert again.succeeded, again.shown
    assert account.numbers() == BOTH
    assert stack.up(DECLARED.format(numbers, True)).succeeded
    assert account.numbers() == BOTH
    assert account.unrented == []
