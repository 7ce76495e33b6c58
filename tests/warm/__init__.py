"""Python processes that begin with the SDK imported: most tests start dozens, and what they try is not the import."""
