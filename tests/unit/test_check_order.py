"""The check that reads ``asgi.py`` for imports of ``channels`` that come too early."""

from __future__ import annotations

import importlib
import sys
import textwrap

import pytest
from django.conf import settings
from django.core import checks as django_checks

from channels_fast.checks import registered as checks
from channels_fast.checks.unimported import check_order

DJANGO = "from django.core.asgi import get_asgi_application\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a function that writes modules and says which lines come too early."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(settings, "INSTALLED_APPS", ["channels_fast"])
    monkeypatch.setattr(settings, "ROOT_URLCONF", "site_x.urls", raising=False)

    def found(sources, application="site_x.asgi.application", number="E011"):
        for name, source in sources.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(source))
        importlib.invalidate_caches()
        messages = list(check_order(application, django_checks.ERROR))
        # Nothing was imported to find out.
        assert not [name for name in sys.modules if name.startswith("site_x")]
        assert {message.id for message in messages} <= {f"channels_fast.{number}"}
        return [
            message.msg.partition(" before Django has")[0]
            .replace(f"{tmp_path}/", "")
            .replace(': "channels" is imported', "")
            .replace(": a model is loaded", "")
            for message in messages
        ]

    return found


ORDERS_THAT_WORK = [
    # The settings first, in each way to read them.
    f"{DJANGO}http = get_asgi_application()\nfrom channels.auth import AuthMiddleware",
    "import django\ndjango.setup()\nimport channels.routing",
    "from django import setup as begin\nbegin()\nimport channels",
    "import django as d\nd.setup()\nfrom channels import routing",
    "from django.apps import apps\napps.populate([])\nimport channels",
    f"{DJANGO.replace('django.core', 'configurations')}get_asgi_application()\n"
    "import channels",
    # The name first.
    "import channels_fast\nchannels_fast.install()\nimport channels",
    f"from channels_fast import install\ninstall()\nimport channels\n{DJANGO}"
    "get_asgi_application()",
    # No import at that time.
    f"import os, pytest\n{DJANGO}get_asgi_application()",
    f"def late():\n    import channels\n\n{DJANGO}get_asgi_application()",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import channels",
    "import typing\nif typing.TYPE_CHECKING:\n    import channels\nelse:\n    x = 1",
    # It may fail.
    "try:\n    import channels\nexcept ImportError: ...",
    "try:\n    import channels_fast\n    channels_fast.install()\n"
    "except ImportError: ...\nimport channels",
    # Something of the project runs first, which may do anything.
    "def begin():\n    import django; django.setup()\n\nbegin()\nimport channels",
    "from .begin import begin\nbegin()\nimport channels",
    "from .begin import Begin\nBegin()\nimport channels",
    "from .begin import object_of_begin\nobject_of_begin.run()\nimport channels",
    # Python will say it, and does not have to twice.
    'import os\nprint("\\w")',
    "import channels\nthis is no Python",
    f"x = {' + '.join('1' * 2000)}\nimport channels",
    "",
]
if sys.version_info >= (3, 11):
    ORDERS_THAT_WORK.append("try:\n    import channels\nexcept* ImportError: ...")


@pytest.mark.parametrize("source", ORDERS_THAT_WORK)
def test_an_order_that_works_is_fine(project, source):
    modules = {
        "site_x/__init__.py": "",
        "site_x/begin.py": "def begin(): ...\nclass Begin:\n    def run(self): ...\n"
        "object_of_begin = Begin()",
        "site_x/asgi.py": source,
    }
    assert project(modules) == []


ORDERS_THAT_DO_NOT = [
    (f"import os\n\nfrom channels.auth import a\n{DJANGO}get_asgi_application()", 3),
    (f"import channels\n{DJANGO}a = f({{'http': get_asgi_application()}})", 1),
    ("import django\nimport channels.routing as r\ndjango.setup()", 2),
    ("import os\nfrom channels.routing import get_default_application", 2),
    ("import uvloop\nuvloop.install()\nimport channels", 3),
    ("if 1:\n    try:\n        import channels\n    finally: ...", 3),
    ("class A:\n    from channels import routing", 2),
    ("import typing\nif typing.TYPE_CHECKING: ...\nelse:\n    import channels", 4),
    ("import typing\nif not typing.TYPE_CHECKING:\n    import channels", 3),
    ("def begin(): ...\n\nimport channels\nbegin()", 3),
]


@pytest.mark.parametrize(("source", "line"), ORDERS_THAT_DO_NOT)
def test_an_import_before_the_settings_is_named_with_its_line(project, source, line):
    found = project({"site_x/__init__.py": "", "site_x/asgi.py": source})
    assert found == [f"site_x/asgi.py, line {line}"]


def test_an_import_in_another_module_of_the_project_is_named_there(project):
    modules = {
        # Without a file of its own, as Python allows for packages.
        "site_x/asgi.py": f"from . import routing\n{DJANGO}get_asgi_application()",
        "site_x/routing.py": "\nimport site_x.consumers as c",
        "site_x/consumers.py": "\n\nfrom channels.generic import websocket",
    }
    assert project(modules) == ["site_x/asgi.py, line 1 by site_x/consumers.py, line 3"]


def test_an_import_in_another_package_is_named_there(project, tmp_path):
    installed = tmp_path / "site-packages"
    installed.mkdir()
    sys.path.insert(0, str(installed))
    modules = {
        "site-packages/other/__init__.py": "from . import sockets",
        "site-packages/other/for_channels/__init__.py": "from .. import sockets"
        "  # for Channels",
        "site-packages/other/sockets.py": "import os\nimport channels",
        "site_x/asgi.py": f"from other.for_channels import x\n{DJANGO}"
        "get_asgi_application()",
    }
    try:
        assert project(modules) == [
            "site_x/asgi.py, line 1 by site-packages/other/sockets.py, line 2"
        ]
        # One that does not mention channels is not read.
        modules["site_x/asgi.py"] = f"import other\n{DJANGO}get_asgi_application()"
        assert project(modules) == []
    finally:
        sys.path.remove(str(installed))


def test_packages_around_the_module_run_first(project):
    modules = {
        "site_x/__init__.py": "from .celery import app",
        "site_x/celery.py": "import channels_fast as c\n\nc.install()\napp = None",
        "site_x/asgi.py": "import channels.auth",
    }
    assert project(modules) == []
    assert project({"site_x/celery.py": "import channels"}) == [
        "site_x/__init__.py, line 1 by site_x/celery.py, line 1"
    ]


def test_modules_that_import_each_other_are_read_once(project):
    modules = {
        "site_x/asgi.py": f"import site_x.a\n{DJANGO}get_asgi_application()",
        "site_x/a.py": "from site_x import b",
        "site_x/b.py": "from site_x import a\nfrom . import a as c",
    }
    assert project(modules) == []


def test_routes_in_the_settings_are_imported_after_those_are_read(project):
    """Channels 2 has them there, and an asgi.py for the server, which is read too."""
    modules = {
        "site_x/routing.py": "from channels.routing import URLRouter",
        "site_x/asgi.py": "import django\ndjango.setup()\n"
        "from channels.routing import get_default_application",
    }
    assert project(modules, "site_x.routing.application") == []
    early = "from channels.routing import get_default_application\n"
    modules["site_x/asgi.py"] = f"{early}import django\ndjango.setup()"
    where = ["site_x/asgi.py, line 1"]
    assert project(modules, "site_x.routing.application") == where
    # Servers need no setting.
    assert project(modules, None) == where


def test_after_a_call_of_install_elsewhere_nothing_is_known(project, monkeypatch):
    monkeypatch.setattr(settings, "INSTALLED_APPS", ["channels"])
    assert project({"site_x/asgi.py": "import channels"}) == []


@pytest.mark.parametrize("part", ["urls", "urls.apps.UrlsConfig"])
def test_with_a_part_of_this_package_channels_is_still_the_real_one(
    project, monkeypatch, part
):
    installed = ["channels", f"channels_fast.{part}"]
    monkeypatch.setattr(settings, "INSTALLED_APPS", installed)
    assert project({"site_x/asgi.py": "import channels"}) == []


def test_with_the_configuration_of_this_package_it_is_not(project, monkeypatch):
    installed = ["channels_fast.apps.ChannelsConfig"]
    monkeypatch.setattr(settings, "INSTALLED_APPS", installed)
    assert project({"site_x/asgi.py": "import channels"}) == ["site_x/asgi.py, line 1"]


def test_it_stops_only_the_commands_that_need_the_application(project, monkeypatch):
    project({"site_x/asgi.py": "import channels"})
    monkeypatch.setattr(settings, "ASGI_APPLICATION", None, raising=False)
    [message] = checks.check_application(None)
    assert message.level == django_checks.WARNING
    with checks.importing_application():
        [message] = checks.check_application(None)
    assert message.level == django_checks.ERROR
    assert message.msg.endswith(
        'asgi.py, line 1: "channels" is imported before Django has read '
        "INSTALLED_APPS, so no server can start."
    )
    assert message.hint == (
        "Move the imports of channels below get_asgi_application() or "
        'django.setup(), or write above them: "import channels_fast" and '
        '"channels_fast.install()".'
    )


# Models, which Django refuses before the applications are loaded


MODEL = "from django.db import models\nclass Message(models.Model):\n    pass"


@pytest.mark.parametrize(
    "source",
    [
        MODEL,
        "import django.db.models as m\nclass Message(m.Model): ...",
        "from django.db.models import Model\nclass Message(Model): ...",
        "from django.contrib.gis.db import models as m\nclass Place(m.Model): ...",
        "import os\nfrom django.contrib.auth.models import User, Group",
        "import os\nimport django.contrib.sessions.models",
        "import os\nfrom django.contrib.contenttypes import models",
        "from django.contrib.auth import get_user_model\nUser = get_user_model()",
        "import channels_fast\nchannels_fast.install(); from django.contrib.auth import"
        " models",
    ],
)
@pytest.mark.parametrize("after", ["", "import django\ndjango.setup()"])
def test_a_model_before_the_applications_is_named_with_its_line(project, source, after):
    sources = {"site_x/asgi.py": f"{source}\n{after}"}
    assert project(sources, number="W011") == ["site_x/asgi.py, line 2"]


def test_a_model_in_another_module_of_the_project_is_named_there(project):
    modules = {
        "site_x/asgi.py": f"\nfrom .routing import routes\n{DJANGO}"
        "get_asgi_application()",
        "site_x/routing.py": "from . import consumers",
        "site_x/consumers.py": "\n\nfrom site_x.models import Message",
        "site_x/models.py": MODEL,
    }
    assert project(modules, number="W011") == [
        "site_x/asgi.py, line 2 by site_x/models.py, line 2"
    ]


@pytest.mark.parametrize(
    "source",
    [
        f"{DJANGO}get_asgi_application()\n{MODEL}",
        f"import django\ndjango.setup()\n{MODEL}",
        # It is not loaded at that time.
        f"def late():\n    from django.contrib.auth.models import User\n{DJANGO}"
        "get_asgi_application()",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
        "    from django.contrib.auth.models import User",
        # Something of the project runs first, which may do anything.
        "def begin(): ...\nbegin()\nfrom django.contrib.auth.models import User",
        # Neither is a model.
        "from django.db import models\nclass Kind(models.TextChoices): ...",
        "from django.contrib.auth import get_user_model",
        "class models:\n    class Model: ...\nclass Message(models.Model): ...",
        "from .models import Model\nclass Message(Model): ...",
    ],
)
def test_a_model_at_its_time_is_fine(project, source):
    modules = {"site_x/models.py": "class Model: ...", "site_x/asgi.py": source}
    assert project(modules, number="W011") == []


def test_of_two_obstacles_the_first_is_named(project):
    both = ["import channels", "from django.contrib.auth.models import User"]
    early = {"site_x/asgi.py": "\n".join(both)}
    assert project(early) == ["site_x/asgi.py, line 1"]
    early = {"site_x/asgi.py": "\n".join(reversed(both))}
    assert project(early, number="W011") == ["site_x/asgi.py, line 1"]
