"""System checks: what works, but perhaps not as intended."""

from .registered import TAG, importing_application, register

__all__ = ["TAG", "importing_application", "register"]
