"""Fetches the plan that was reviewed with this commit's very files: reviewed_plan.py STACK FOLDER."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

from forge import Forge, ForgeError, this_forge

NEEDED = ("plan.json", "reviewed-tree")


def fetch(forge: Forge, stack: str, tree: str, folder: Path) -> None:
    """Put the newest plan of these files into a folder.

    Raises:
        ForgeError: there is none.
    """
    for archive in forge.plans(stack, tree):
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            # Of the names in an archive only their last part counts, so that nothing is written elsewhere.
            files = {PurePosixPath(each).name: each for each in opened.namelist()}
            if not set(NEEDED) <= set(files) or opened.read(files["reviewed-tree"]).decode().strip() != tree:
                continue
            folder.mkdir(parents=True, exist_ok=True)
            for name in NEEDED:
                (folder / name).write_bytes(opened.read(files[name]))
            return
    raise ForgeError(
        f"no preview of stack {stack} that passed was of these files (tree {tree}):"
        " preview this commit, and have it reviewed"
    )


if __name__ == "__main__":
    try:
        tree = subprocess.run(["git", "rev-parse", "HEAD^{tree}"], check=True, capture_output=True, text=True).stdout
        fetch(this_forge(), sys.argv[1], tree.strip(), Path(sys.argv[2]))
    except ForgeError as error:
        sys.exit(f"refused: {error}")
