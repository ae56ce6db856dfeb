"""``manage.py check`` of a real project, without and with a fault."""

from __future__ import annotations

import pytest

from tests.project.processes import BY_INSTALL, BY_SETTINGS

CLEAN = "System check identified no issues (0 silenced).\n"


@pytest.mark.parametrize("program", [BY_SETTINGS, BY_INSTALL])
def test_a_project_that_switched_is_clean(shared_gallery, program):
    done = shared_gallery.manage("check", program=program)
    assert (done.returncode, done.stdout, done.stderr) == (0, CLEAN, "")


def test_the_switch_brings_no_migrations(shared_gallery):
    done = shared_gallery.manage("makemigrations", "--check", "--dry-run")
    assert (done.returncode, done.stdout) == (0, "No changes detected\n")


def test_a_layer_in_memory_is_named_before_a_deployment(gallery):
    changed = gallery.settings(DEBUG=False)
    done = gallery.manage("check", "--deploy", "--tag", "channels", **changed)
    assert "(channels_fast.W010) The channel layer 'default' is in the memory" in (
        done.stderr
    )
    assert "channels_redis.core.RedisChannelLayer reaches them." in done.stderr


def test_both_names_in_the_settings_are_one_too_many(gallery):
    changed = gallery.settings(INSTALLED_APPS=["channels_fast", "channels"])
    done = gallery.manage("check", **changed)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "django.core.exceptions.ImproperlyConfigured: Application labels aren't "
        "unique, duplicates: channels"
    )


def test_an_application_that_imports_channels_too_early_is_named(gallery):
    (gallery.directory / "photos" / "__init__.py").write_text("import channels.layers")
    changed = gallery.settings(INSTALLED_APPS=["photos", "channels_fast"])
    done = gallery.manage("check", **changed)
    assert done.returncode == 1
    file = gallery.directory / "photos" / "__init__.py"
    assert f"by photos ({file}). " in done.stderr.splitlines()[-1]


def test_a_name_of_channels_1_is_named_as_the_project_has_written_it(gallery):
    file = gallery.directory / "gallery" / "asgi.py"
    file.write_text(f"{file.read_text()}\nfrom channels.routing import route\n")
    done = gallery.manage("check")
    assert done.returncode == 1
    line = len(file.read_text().splitlines())
    assert "(channels_fast.E006) ASGI_APPLICATION 'gallery.asgi" in done.stderr
    assert "ImportError: cannot import name 'route' from 'channels.routing' (" in (
        done.stderr
    )
    assert f"({file}, line {line})" in done.stderr
    assert "Write path() or re_path() in a URLRouter." in done.stderr
