"""System checks of Django: what works, but not as it may be meant to."""

from .registered import TAG, register

__all__ = ["TAG", "register"]
