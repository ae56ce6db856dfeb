"""``manage.py test`` of a real project: the live test case with a real browser."""

from __future__ import annotations

import pytest

from tests.project.processes import BY_INSTALL, BY_SETTINGS
from tests.support.devtools import find_chromium


@pytest.mark.parametrize("program", [BY_SETTINGS, BY_INSTALL])
def test_live_tests_with_a_browser_pass(gallery, program):
    find_chromium()
    done = gallery.manage("test", "--verbosity", "2", program=program)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Ran 4 tests" in done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    # The tests had a database of their own, and it is gone.
    assert gallery.thumbnails() == []
    assert not (gallery.directory / "test.sqlite3").exists()


def test_a_server_process_that_is_spawned_knows_the_host_of_the_tests(gallery):
    """As on macOS and Windows, where it reads its settings again."""
    manage = gallery.directory / "manage.py"
    main = 'if __name__ == "__main__":\n'
    start = "    import multiprocessing; multiprocessing.set_start_method('spawn')\n"
    manage.write_text(manage.read_text().replace(main, main + start))
    done = gallery.manage("test", "photos.tests.PageTests")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Ran 2 tests" in done.stderr


def test_a_live_test_that_fails_says_so(gallery):
    """What passes above could have failed."""
    consumers = gallery.directory / "photos" / "consumers.py"
    consumers.write_text(consumers.read_text().replace("echo: ", "said: "))
    done = gallery.manage("test", "photos.tests.PageTests")
    assert done.returncode == 1
    assert "FAILED (failures=1)" in done.stderr
    assert '["said: hello","said: 漢字 👋"]' in done.stderr


def test_a_database_in_memory_is_refused(gallery):
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    changed = gallery.settings(DATABASES={"default": database})
    done = gallery.manage("test", **changed)
    assert done.returncode == 1
    assert "can not be used with in memory databases" in done.stderr
