"""How hard hypothesis tries: enough to find a slip, in the time of a fast test."""

from hypothesis import settings

settings.register_profile("rules", max_examples=40, deadline=None)
settings.load_profile("rules")
