"""Which deletes there are at the end of a run, on both engines: in which order, and what prevents them."""

from tests.engine.toy_stack import ToyStack

PROTECTED = """
base = Toy("base")
kept = Toy("kept", opts=ResourceOptions(protect=True, depends_on=[base]))
Toy("top", opts=ResourceOptions(depends_on=[kept]))
Toy("free")
two = Toy("two")
Toy("three", opts=ResourceOptions(depends_on=[two]))
"""
LEDGER = """
ledger = Output.from_input("LABEL").apply(lambda label: Toy("ledger", label=label))
Toy("a", opts=ResourceOptions(depends_on=ledger))
Toy("b", opts=ResourceOptions(depends_on=ledger))
"""


def test_without_a_preview_all_but_the_protected_and_what_it_needs_is_deleted(either: ToyStack) -> None:
    either.up(PROTECTED)
    either.calls()

    assert not either.up('Toy("new")', skip_preview=True).succeeded

    create, top, three, *others = either.calls("create", "delete")
    assert (create, top, three) == ("create new", "delete top", "delete three")
    assert sorted(others) == ["delete free", "delete two"]
    assert either.live == {"base", "kept", "new"}
    assert {"base", "kept", "new"} == {name for name, entry in either.resources.items() if "Toy" in entry["type"]}

    assert not either.run("destroy", skip_preview=True).succeeded
    assert either.calls("delete") == ["delete new"]


def test_what_others_depend_on_is_deleted_after_them_and_together_with_what_stands_alone(either: ToyStack) -> None:
    either.up(LEDGER.replace("LABEL", "ledger") + 'Toy("alone")')
    either.calls()

    assert either.up("").succeeded

    deletes = either.calls("delete")
    assert sorted(deletes[:2]) == ["delete a", "delete b"]
    assert sorted(deletes[2:]) == ["delete alone", "delete ledger"]


def test_a_check_that_fails_ends_the_run_before_what_depends_on_it_and_before_any_delete(either: ToyStack) -> None:
    either.up('Toy("old")')
    either.calls()

    assert not either.up(LEDGER.replace("LABEL", "bad")).succeeded

    assert either.calls("check", "create", "delete") == ["check bad"]
    assert either.live == {"old"}


def test_what_an_earlier_run_has_left_to_delete_goes_with_the_other_deletes_after_all_checks(either: ToyStack) -> None:
    either.up('a = Toy("a"); Toy("b", opts=ResourceOptions(depends_on=[a])); Toy("c")')
    either.make("fail-delete-a")
    either.up('a = Toy("a", label="aa"); Toy("b", opts=ResourceOptions(depends_on=[a])); Toy("c")')
    either.unmake("fail-delete-a")
    either.calls()

    assert either.up(
        'a = Toy("a", label="aa", size=1); Toy("c", size=1, opts=ResourceOptions(depends_on=[a]))'
    ).succeeded

    calls = either.calls("check", "diff", "update", "delete")
    assert calls[:-2] == ["check aa", "diff aa", "update aa", "check c", "diff c", "update c"]
    assert sorted(calls[-2:]) == ["delete a", "delete b"]
    assert either.live == {"aa", "c"}
