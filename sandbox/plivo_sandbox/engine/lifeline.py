"""A pipe by which a child process notices that its parent is gone, even when the parent was killed."""

import os
import threading


class Lifeline:
    """The parent's end; the system closes it when the parent dies, however that happens."""

    def __init__(self) -> None:
        self.read_end, self._write_end = os.pipe()

    def hand_over(self) -> None:
        """Leave the read end to the child, which has been started."""
        os.close(self.read_end)

    def cut(self) -> None:
        """Close the parent's end; further calls do nothing."""
        write_end, self._write_end = self._write_end, -1
        if write_end >= 0:
            os.close(write_end)


def end_with_parent(read_end: int) -> None:
    """In the child: end at once when the parent's end is closed."""
    os.set_inheritable(read_end, False)

    def watch() -> None:
        os.read(read_end, 1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
