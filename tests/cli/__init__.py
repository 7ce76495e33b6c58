"""The command `plivo-numbers`, against the sandbox."""
