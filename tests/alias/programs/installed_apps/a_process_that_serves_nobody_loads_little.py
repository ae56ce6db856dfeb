"""As a cron job or a Celery worker, which runs the checks too."""

import sys

import django
from django.core.checks import run_checks

django.setup()
assert run_checks() == []
own = {name for name in sys.modules if name.startswith("channels_fast")}
if django.VERSION[:2] in {(4, 1), (4, 2)}:
    # They import every library of template tags, to compare their names.
    own -= {"channels_fast.templatetags", "channels_fast.templatetags.channels_fast"}
assert own == {
    "channels_fast",
    "channels_fast._alias",
    "channels_fast.apps",
    "channels_fast.checks",
    "channels_fast.checks.registered",
    "channels_fast.checks.source",
    "channels_fast.checks.unimported",
    "channels_fast.hacks",
}, own
servers = {"daphne", "twisted", "wsgiref", "django.core.servers.basehttp"}
assert not servers & sys.modules.keys()
