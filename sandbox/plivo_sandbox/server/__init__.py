"""A local Plivo: HTTP in front, one SQLite file behind."""
