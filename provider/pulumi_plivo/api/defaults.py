"""What a client is set to unless it is told otherwise."""

DEFAULT_BASE_URL = "https://api.plivo.com/v1"
#: Seconds for one try of a call.
DEFAULT_TIMEOUT = 30.0
#: Tries after the first.
DEFAULT_MAX_RETRIES = 4
#: Calls in any 5 seconds, which is what Plivo answers an account.
DEFAULT_RATE_LIMIT = 300
