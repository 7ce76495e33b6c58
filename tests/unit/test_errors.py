"""What the user reads."""

import sys

from pulumi_plivo.errors import tell, warn
from pytest_mock import MockerFixture


def test_a_line_is_written_with_its_end_so_that_threads_do_not_mix_theirs(mocker: MockerFixture) -> None:
    stderr = mocker.patch.object(sys, "stderr")
    tell("a line")
    warn("another")
    assert [call.args for call in stderr.write.call_args_list] == [("a line\n",), ("warning: another\n",)]
