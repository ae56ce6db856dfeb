"""Every module has two names and is executed once."""

import pkgutil
import sys

import channels_fast
import channels_fast.layers  # before the switch

channels_fast.install()
import channels

assert channels is channels_fast
names = [m.name for m in pkgutil.walk_packages(channels.__path__, "channels.")]
assert {"channels.layers", "channels.generic.websocket"} < set(names), names
for name in names:
    if name.startswith("channels.management.commands.run"):
        continue  # they need settings
    if name == "channels.testing.live":
        continue  # likewise
    __import__(name)
    own = name.replace("channels", "channels_fast", 1)
    assert sys.modules[name] is sys.modules[own], name
    # This package has the name under which Django looks for libraries in it.
    known = name if name == "channels.templatetags" else own
    assert sys.modules[name].__name__ == known
    assert sys.modules[name].__spec__.name == own
files = [
    m.__file__
    for n, m in sys.modules.items()
    if n.startswith("channels_fast") and getattr(m, "__file__", None)
]
assert len(files) == len(set(files))
