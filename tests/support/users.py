"""Users and fast settings for tests that log somebody in."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache


@pytest.fixture(name="_fast_settings", autouse=True)
def fast_settings(settings):
    """Hash passwords fast, and keep sessions in the cache."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    yield
    cache.clear()


@pytest.fixture(name="bob")
def a_user():
    return get_user_model().objects.create_user("bob", password="one")
