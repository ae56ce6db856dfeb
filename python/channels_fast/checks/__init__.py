"""System checks: what works, but perhaps not as intended."""

from .registered import TAG, register

__all__ = ["TAG", "register"]
