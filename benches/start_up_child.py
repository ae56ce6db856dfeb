"""A process that is no server, for `benches.start_up`; it says what it has loaded."""

import atexit
import sys

import django
from django.conf import settings
from django.core.management import execute_from_command_line

APPLICATION = "benches.start_up_asgi"


def report() -> None:
    """Print, as the last line, the number of modules and if `asgi.py` is among them."""
    print(len(sys.modules), APPLICATION in sys.modules)


if __name__ == "__main__":
    package, *command = sys.argv[1:]
    atexit.register(report)
    settings.configure(
        INSTALLED_APPS=[
            package,
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
        ],
        ASGI_APPLICATION=f"{APPLICATION}.application",
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
        },
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
    )
    if command:
        execute_from_command_line(["manage.py", *command])
    else:
        django.setup()
