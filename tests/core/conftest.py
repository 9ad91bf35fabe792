"""Properties run without a deadline: a busy machine is no bug."""

from hypothesis import settings

settings.register_profile("core", deadline=None)
settings.load_profile("core")
