"""What this project costs in calls, seconds and memory, against the official SDK and against Plivo's limits."""
