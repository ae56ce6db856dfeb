"""The application that the servers run; the environment says on which package."""

import os

import django

from benches import arms

package = os.environ["BENCH_PACKAGE"]
if package != arms.BARE:
    django.setup()
application = arms.stack(package, int(os.environ["BENCH_ROUTES"]), origin=False)
