"""Pools in the form of a stack's config that `stacks/` reads."""

import json
from collections.abc import Iterable, Iterator, Mapping

import yaml

from pulumi_plivo.cli.adoption import AdoptedPool


def as_config(pools: Iterable[AdoptedPool], project: str) -> str:
    """Return the pools as YAML, to be put below the `config:` of a stack of this project."""
    lines = [line for pool in pools for line in _pool(pool)]
    return "".join(f"  {line}\n" for line in ([f"{project}:pools:", *lines] if lines else [f"{project}:pools: []"]))


def _pool(pool: AdoptedPool) -> Iterator[str]:
    yield f"  # {pool.title}"
    yield f"  - name: {_text(pool.name)}"
    yield f"    number_pool_uuid: {pool.uuid}"
    if pool.numbers or pool.toll_frees:
        yield "    adopt: true"
        if pool.unrent:
            yield "    unrent: true"
    if pool.numbers:
        # One resource reads the pool by the page; one for each number asks for each before it takes it over.
        yield "    together: true"
    yield from _members("numbers", pool.numbers)
    yield from _members("toll_frees", dict.fromkeys(pool.toll_frees))
    yield from _members("shortcodes", dict.fromkeys(pool.shortcodes))


def _members(key: str, services: Mapping[str, str | None]) -> Iterator[str]:
    if services:
        yield f"    {key}:"
    for digits, service in services.items():
        yield f'      - {{number: "{digits}", service: {service}}}' if service else f'      - "{digits}"'


def _text(text: str) -> str:
    """Write a text so that YAML reads it as one: `on` is none, nor is `1e3`."""
    return text if yaml.safe_load(text) == text else json.dumps(text)
