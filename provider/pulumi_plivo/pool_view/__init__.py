"""One look at a pool, for all resources of a run."""
