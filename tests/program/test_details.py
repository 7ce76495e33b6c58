"""What Plivo says of a number is read through properties of its resource."""

from tests.conftest import NUMBER, POOL, TOLL_FREE
from tests.e2e.stacks import EmbeddedStack


def test_what_plivo_says_of_a_number_is_exported_and_known_at_a_preview_as_unknown(stack: EmbeddedStack) -> None:
    program = f"""
    number = PoolNumber("a", number_pool_uuid="{POOL}", number="{NUMBER}")
    toll_free = PoolTollFree("b", number_pool_uuid="{POOL}", number="{TOLL_FREE}")
    pulumi.export("number", [number.type, number.country_iso2, number.adopted, number.account_phone_number_resource])
    pulumi.export("toll_free", [toll_free.type, toll_free.service])
    number.added_on.apply(lambda added_on: print(f"added on {{added_on}}"))
    """
    assert "added on" not in stack.preview(program).shown
    shown = stack.up(program).shown
    assert '"fixed", "US", false' in shown
    assert f"/Number/{NUMBER}/" in shown
    assert '"tollfree"' in shown
    assert "added on 20" in shown
