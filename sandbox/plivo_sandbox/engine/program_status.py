"""How the program's process ends."""

#: The status of a program that has told the user why it failed; the CLI's launcher of Python programs has the same.
TOLD = 32
