"""What only the program's own process can see: who claims which number, and with which options."""
