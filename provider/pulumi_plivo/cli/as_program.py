"""Pools as a complete Pulumi program."""

from collections.abc import Iterable, Iterator, Sequence

from pulumi_plivo.cli.adoption import AdoptedPool

TITLE = '"""The members of Plivo\'s number pools, as `plivo-numbers adopt` found them."""'


def as_program(pools: Sequence[AdoptedPool]) -> str:
    """Return the pools as a `__main__.py`: the numbers of each are one resource."""
    classes = [
        *(["PoolNumbers"] if any(pool.numbers for pool in pools) else []),
        *(["PoolShortcode"] if any(pool.shortcodes for pool in pools) else []),
        *(["PoolTollFree"] if any(pool.toll_frees for pool in pools) else []),
    ]
    # A program that imports the package keeps its ledger, also without any member.
    imported = f"from pulumi_plivo import {', '.join(classes or ['PoolNumbers  # noqa: F401'])}"
    return "\n".join([TITLE, "", imported, *(line for pool in pools for line in _pool(pool))]) + "\n"


def _pool(pool: AdoptedPool) -> Iterator[str]:
    yield ""
    yield f"# {pool.title}"
    yield f'{pool.name} = "{pool.uuid}"'
    unrent = ", unrent=True" if pool.unrent else ""
    if pool.numbers:
        yield "PoolNumbers("
        yield f'    "{pool.name}",'
        yield f"    number_pool_uuid={pool.name},"
        yield from _numbers(pool.numbers)
        if pool.unrent:
            yield "    unrent=True,"
        yield "    adopt=True,"
        yield ")"
    for digits in pool.toll_frees:
        named = f'"{pool.name}-{digits}", number_pool_uuid={pool.name}, number="{digits}"'
        yield f"PoolTollFree({named}{unrent}, adopt=True)"
    for digits in pool.shortcodes:
        yield f'PoolShortcode("{pool.name}-{digits}", number_pool_uuid={pool.name}, shortcode="{digits}")'


def _numbers(services: dict[str, str | None]) -> Iterable[str]:
    if not any(services.values()):
        return ["    numbers=[", *(f'        "{digits}",' for digits in services), "    ],"]
    named = (f'        "{digits}": "{service or ""}",' for digits, service in services.items())
    return ["    numbers={", '        # "" leaves the service as it is.', *named, "    },"]
