"""The command `plivo-numbers`: what is at Plivo, what a stack has of it, and the way from the one to the other.

It only ever reads from Plivo. It needs the extra `cli`.
"""
