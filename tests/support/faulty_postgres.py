"""A PostgreSQL that can be killed, paused and brought back."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from glob import glob
from pathlib import Path

from .any_server import wait_until


def find(program: str) -> str:
    """Return where *program* is. Debian keeps some off the path."""
    folders = [*os.get_exec_path(), *glob("/usr/lib/postgresql/*/bin")]
    found = shutil.which(program, path=os.pathsep.join(folders))
    assert found, f"{program} is missing, see `make test`"
    return found


class FaultyPostgres:
    """An empty database `postgres` behind a socket in *folder*, of the user `tests`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.process: subprocess.Popen[bytes] | None = None
        # It refuses to run as root. Debian's package makes this user.
        self.user = (
            {"user": "postgres", "group": "postgres"} if not os.geteuid() else {}
        )
        if self.user:
            shutil.chown(folder, **self.user)
        options = ["--username=tests", "--auth=trust", "--no-sync", "--encoding=UTF8"]
        subprocess.run(
            [find("initdb"), *options, "--locale=C.UTF-8", f"--pgdata={self.data}"],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            check=True,
            **self.user,
        )

    def start(self) -> None:
        assert self.process is None
        self.begin()
        wait_until(self.answers, "PostgreSQL did not get ready")

    def begin(self) -> None:
        options = ["-k", str(self.folder), "-c", "listen_addresses=", "-F"]
        self.process = subprocess.Popen(
            [find("postgres"), "-D", str(self.data), *options],
            cwd=self.folder,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **self.user,
        )

    def answers(self) -> bool:
        if self.process.poll() is not None:
            # A child of the one that was killed has not ended yet.
            self.begin()
        command = [find("pg_isready"), "--quiet", f"--host={self.folder}"]
        return subprocess.run(command, check=False).returncode == 0

    def backends(self) -> list[int]:
        """Return the process ids of all that it consists of."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [self.process.pid, *map(int, children.read_text().split())]

    def signal_all(self, number: int) -> None:
        for pid in self.backends():  # each of them has a session of its own
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self) -> None:
        self.signal_all(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def pause(self) -> None:
        self.signal_all(signal.SIGSTOP)

    def go_on(self) -> None:
        self.signal_all(signal.SIGCONT)

    def end(self) -> None:
        if self.process is not None:
            self.kill()
