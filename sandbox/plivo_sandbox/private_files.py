"""Files for their owner alone: made with mode 0600, and neither made, changed nor read through a link."""

import os
from pathlib import Path

MODE = 0o600
FOLDER_MODE = 0o700
# Not on Windows, where links are rare and need a right of their own.
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)


class LinkError(Exception):
    """A link is where the sandbox keeps a file or a folder of its own."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is a link, and could lead to a file of somebody else: remove it, then try again")


def refuse_link(*paths: Path) -> None:
    """Raise `LinkError` for the first of the paths that is a link, wherever it leads."""
    for path in paths:
        if path.is_symlink():
            raise LinkError(path)


def make_folder(folder: Path) -> None:
    """Make a folder for the owner alone; one that is there stays as it is. Raises `LinkError`."""
    refuse_link(folder)
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)


def open_private(path: Path, flags: int) -> int:
    """Open a file as `os.open` does, made when absent if the flags say so. Raises `LinkError`, or an `OSError`."""
    try:
        return os.open(path, flags | NO_FOLLOW, MODE)
    except OSError:
        refuse_link(path)
        raise


def read_private(path: Path) -> str | None:
    """Return the text of a file, None where there is none. Raises `LinkError`."""
    try:
        descriptor = open_private(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, encoding="utf-8") as file:
        return file.read()


def replace_private(path: Path, text: str) -> None:
    """Put a new file with this text in the place of the old one, if any; it is on disk when this returns.

    Raises `LinkError` for a link in the place of the file or of the one that it is first written to, `NAME.new`.
    """
    refuse_link(path)
    temporary = temporary_of(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        descriptor = open_private(temporary, flags)
    except FileExistsError:
        # A process that was killed while it wrote has left it.
        temporary.unlink()
        descriptor = open_private(temporary, flags)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def temporary_of(path: Path) -> Path:
    """Return where a new content is first written, beside the file."""
    return path.with_name(path.name + ".new")
