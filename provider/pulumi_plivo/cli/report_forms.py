"""A report as Markdown, for a pull request's comment or a job's summary; as plain text; and as JSON."""

import json
from collections.abc import Iterator
from typing import Any

from pulumi_plivo.cli.preview_changes import Changes
from pulumi_plivo.cli.report_sections import COLUMNS, Entry, heading, rows, sections, summed
from pulumi_plivo.cli.step_members import pool_called
from pulumi_plivo.plans.claim import shown

#: More than so many lines of a list are folded.
LONGEST_OPEN = 20
#: All that Markdown or HTML could read as something else than text.
SPECIAL = frozenset("\\`*_{}[]<>()#+.!|~@:/&$\"'=^%")
VERSION = 1


def as_markdown(changes: Changes) -> str:
    """Write it as Markdown of GitHub and GitLab."""
    return "\n".join(_markdown(changes)) + "\n"


def as_text(changes: Changes) -> str:
    """Write it as plain text."""
    return "\n".join(_text(changes)) + "\n"


def as_json(changes: Changes) -> str:
    """Write it as JSON; keys that are added later leave `version` as it is."""
    document: dict[str, Any] = {
        "version": VERSION,
        "verdict": changes.verdict,
        "given_back": changes.given_back,
        "failed": bool(changes.errors),
        "pools": [
            {
                "pool": row.pool,
                "powerpack": row.title or None,
                **{kind.name.lower(): count for kind, count in zip(COLUMNS, row.counts, strict=True)},
                "rent": row.rent or None,
            }
            for row in rows(changes)
        ],
        "changes": [
            {
                "what": each.kind.name.lower(),
                "member": shown([each.member])[0] if each.member else None,
                "pool": each.pool,
                "resource": each.resource,
                "note": each.note or None,
            }
            for each in changes.changes
        ],
        "not_told": [
            {"counts_as": each.loss.value, "why": each.text, "members": shown(each.members)} for each in changes.doubts
        ],
        "powerpacks_made": [each._asdict() for each in changes.made],
        "powerpacks_deleted": [each._asdict() for each in changes.deleted],
        "errors": changes.errors,
    }
    return json.dumps(document, indent=2) + "\n"


def code(text: str) -> str:
    """Write what others have named so that it is text, and calls nobody: in a `code` element, each sign encoded."""
    return (
        f"<code>{''.join(f'&#{ord(each)};' if each in SPECIAL else each for each in text if each.isprintable())}</code>"
    )


def _markdown(changes: Changes) -> Iterator[str]:
    yield f"**{changes.verdict}**"
    yield ""
    if table := rows(changes):
        yield f"| pool | {' | '.join(kind.value for kind in COLUMNS)} |"
        yield f"|---|{'---:|' * len(COLUMNS)}"
        for row in table:
            cells = [str(count) if count else "" for count in row.counts]
            rented = cells[-2]
            cells[-2] = f"{rented} ({code(row.rent)})" if row.rent else rented
            name = f"{code(row.title)} {code(row.pool)}" if row.title else code(row.pool)
            yield f"| {name} | {' | '.join(cells)} |"
        yield ""
    yield summed(changes)
    for section in sections(changes):
        yield ""
        is_folded = section.size > LONGEST_OPEN
        title = heading(section).replace("'", "&#39;")
        yield f"<details><summary>{title}</summary>" if is_folded else f"#### {title}"
        yield ""
        for entry in section.entries:
            yield f"- {_line(entry, code)}"
        if is_folded:
            yield ""
            yield "</details>"


def _text(changes: Changes) -> Iterator[str]:
    yield changes.verdict
    yield summed(changes)
    for section in sections(changes):
        yield ""
        yield f"{heading(section)}:"
        for entry in section.entries:
            yield f"  {_line(entry, _plain)}"


def _line(entry: Entry, write: Any) -> str:
    where = [write(entry.resource)]
    where += [f"in {write(pool_called(entry.pool))}"] if entry.pool else []
    where += [write(entry.note)] if entry.note else []
    # Digits and the words before them are the provider's own.
    return ", ".join(where) + (f": {', '.join(entry.members)}" if entry.members else "")


def _plain(text: str) -> str:
    return "".join(each for each in text if each.isprintable())
