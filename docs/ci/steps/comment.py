"""Puts a report under its pull or merge request, as one comment that is brought up to date: comment.py FILE.

The file's first line is the mark by which the comment is found again.
"""

import sys
from pathlib import Path

from forge import Forge, ForgeError, this_forge

CUT = "\n**This is cut here, as it is too long for a comment: the job has it whole.**\n"


def fitting(text: str, longest: int) -> str:
    """Return the text, without its end where it is too long for a comment."""
    if len(text) <= longest:
        return text
    kept = text[: longest - len(CUT) - 200].rpartition("\n")[0] + "\n"
    # What was folded is closed, or the words below would be in it.
    return kept + "\n</details>\n" * (kept.count("<details>") - kept.count("</details>")) + CUT


def put(forge: Forge, text: str) -> None:
    """Change the comment that has the mark, or add one."""
    mark = text.partition("\n")[0]
    body = fitting(text, forge.longest)
    for comment in forge.own_comments():
        if comment.body.partition("\n")[0].strip() == mark:
            forge.change(comment, body)
            return
    forge.add(body)


if __name__ == "__main__":
    try:
        put(this_forge(), Path(sys.argv[1]).read_text(encoding="utf-8"))
    except ForgeError as error:
        sys.exit(f"the report could not be put under the request: {error}")
