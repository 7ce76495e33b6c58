"""Pools as a complete Pulumi program."""

from collections.abc import Iterable, Iterator, Sequence

from pulumi_plivo.cli.adoption import AdoptedPool

TITLE = '"""The members of Plivo\'s number pools, as `plivo-numbers adopt` found them."""'


def as_program(pools: Sequence[AdoptedPool]) -> str:
    """Return the pools as a `__main__.py`: one `MessagingPool` each."""
    # A program that imports the package keeps its ledger, also without any pool.
    imported = f"from pulumi_plivo import {'MessagingPool' if pools else 'MessagingPool  # noqa: F401'}"
    return "\n".join([TITLE, "", imported, *(line for pool in pools for line in _pool(pool))]) + "\n"


def _pool(pool: AdoptedPool) -> Iterator[str]:
    yield ""
    yield f"# {pool.title}"
    yield "MessagingPool("
    yield f'    "{pool.name}",'
    yield f'    number_pool_uuid="{pool.uuid}",'
    if any(pool.numbers.values()):
        named = (f'        "{digits}": "{service or ""}",' for digits, service in pool.numbers.items())
        yield from ("    numbers={", '        # "" leaves the service as it is.', *named, "    },")
    else:
        yield from _list("numbers", pool.numbers)
    yield from _list("toll_frees", pool.toll_frees)
    yield from _list("shortcodes", pool.shortcodes)
    if pool.numbers or pool.toll_frees:
        if pool.unrent:
            yield "    unrent=True,"
        yield "    adopt=True,"
    yield ")"


def _list(key: str, digits: Iterable[str]) -> Iterator[str]:
    if lines := [f'        "{each}",' for each in digits]:
        yield from (f"    {key}=[", *lines, "    ],")
