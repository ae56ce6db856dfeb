#!/usr/bin/env python3
"""
Serve the chat with several processes: ``make demo-cluster``.

Two servers and a worker, as the systemd units beside this file say, behind nginx with
the configuration beside this file. Redis is the channel layer, PostgreSQL the database,
or SQLite where PostgreSQL is missing. All of them are started here and end with
Ctrl+C. What they write is in a folder of its own, which is removed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import sys
import tempfile
from asyncio.subprocess import DEVNULL
from configparser import RawConfigParser
from glob import glob
from pathlib import Path

DEPLOY = Path(__file__).resolve().parent
PROJECT = DEPLOY.parent
WEB = ("web-1", "web-2")
READY_SECONDS = 60
STOP_SECONDS = 30


def command_of(unit: str, runtime: Path) -> list[str]:
    """Return the command of a systemd unit, such as ``chat-web@1``, as run here."""
    name, at, instance = unit.partition("@")
    parser = RawConfigParser(strict=False)
    parser.read(DEPLOY / f"{name}{at}.service")
    text = parser["Service"]["ExecStart"]
    text = text.replace("%i", instance).replace("%t/chat", str(runtime))
    text = text.replace("/srv/chat/.venv/bin/python", sys.executable)
    return shlex.split(text)


def nginx_configuration(listen: str, runtime: Path) -> str:
    """Return a whole configuration around the part that is in the template."""
    values = {
        "CHAT_LISTEN": listen,
        "CHAT_STATIC": str(runtime / "static"),
        **{
            f"CHAT_{name.upper().replace('-', '_')}": f"unix:{runtime}/{name}.sock"
            for name in WEB
        },
    }
    template = (DEPLOY / "nginx.conf.template").read_text()
    site = re.sub(r"\$\{(CHAT_\w+)\}", lambda found: values[found[1]], template)
    folders = "".join(
        f"{kind}_temp_path {runtime}/nginx;\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    return (
        f"{user}daemon off;\npid {runtime}/nginx.pid;\nerror_log stderr warn;\n"
        "events { worker_connections 8192; }\n"
        "http {\ninclude /etc/nginx/mime.types;\naccess_log off;\n"
        f"{folders}{site}}}\n"
    )


def find(program: str) -> str | None:
    """Return where *program* is. Debian keeps some off the path of a user."""
    debian = os.environ.get("CHAT_POSTGRES_BINARIES", "/usr/lib/postgresql/*/bin")
    folders = [*os.get_exec_path(), "/usr/sbin", *sorted(glob(debian), reverse=True)]
    return shutil.which(program, path=os.pathsep.join(folders))


async def run(*command: object, **options: object) -> int:
    process = await asyncio.create_subprocess_exec(*command, **options)
    return await process.wait()


class Cluster:
    """The processes, kept running until `stop()`."""

    def __init__(self, runtime: Path, host: str, port: int) -> None:
        self.runtime, self.host, self.port = runtime, host, port
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "PYTHONUNBUFFERED": "1",
            "CHAT_DATABASE": str(runtime / "chat.sqlite3"),
            "CHAT_REDIS": f"unix://{runtime}/redis.sock",
            "CHAT_SECRET_KEY": secrets.token_urlsafe(40),
            "CHAT_STATIC": str(runtime / "static"),
        }
        self.stopping = False
        self.running: dict[str, asyncio.subprocess.Process] = {}
        self.kept: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        address = f"{self.runtime}/redis.sock"
        redis = ["redis-server", "--port", "0", "--unixsocket", address, "--save", ""]
        await self.keep("redis", [*redis, "--dir", str(self.runtime)])
        await self.ready("redis", address)
        await self.start_postgres()
        await self.manage("demo", "--no-serve")
        await self.manage("collectstatic", "--noinput", "--verbosity=0")
        for name in WEB:
            unit = f"chat-{name.replace('-', '@')}"
            await self.keep(name, command_of(unit, self.runtime))
        await self.keep("worker", command_of("chat-worker", self.runtime))
        for name in WEB:
            await self.ready(name, f"{self.runtime}/{name}.sock")
        configuration = self.runtime / "nginx.conf"
        listen = f"{self.host}:{self.port}"
        configuration.write_text(nginx_configuration(listen, self.runtime))
        command = [find("nginx"), "-c", str(configuration), "-e", "stderr"]
        await self.keep("nginx", command)
        await self.ready("nginx", (self.host, self.port))

    async def start_postgres(self) -> None:
        initdb, postgres = find("initdb"), find("postgres")
        if initdb is None or postgres is None:
            print("PostgreSQL is not there: the database is SQLite.", flush=True)
            return
        folder = self.runtime / "postgres"
        folder.mkdir(mode=0o700)
        # It refuses to run as root. Debian's package makes this user.
        user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        if user:
            shutil.chown(folder, **user)
            self.runtime.chmod(0o755)
        options = ["--username=chat", "--auth=trust", "--encoding=UTF8", "--no-sync"]
        options += ["--locale=C.UTF-8", f"--pgdata={folder}/data"]
        code = await run(initdb, *options, stdout=DEVNULL, cwd=folder, **user)
        if code != 0:
            raise SystemExit("initdb failed, see above.")
        options = ["-k", str(folder), "-c", "listen_addresses=", "-F"]
        options += ["-c", "log_min_messages=fatal"]
        command = [postgres, "-D", f"{folder}/data", *options]
        await self.keep("postgres", command, cwd=folder, **user)
        await self.ready("postgres", f"{folder}/.s.PGSQL.5432")
        createdb = [find("createdb"), f"--host={folder}", "--username=chat", "chat"]
        for _ in range(READY_SECONDS * 10):  # it listens a moment before it answers
            if await run(*createdb, stderr=DEVNULL) == 0:
                break
            await asyncio.sleep(0.1)
        else:
            raise SystemExit("createdb failed.")
        self.environment["CHAT_POSTGRES"] = str(folder)

    async def manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        if await run(*command, cwd=PROJECT, env=self.environment) != 0:
            raise SystemExit(f"{shlex.join(command)} failed, see above.")

    async def keep(self, name: str, command: list[str], **options: object) -> None:
        """Run *command*, and again a second after it has ended, as systemd would."""
        started = asyncio.Event()

        async def repeat() -> None:
            while not self.stopping:
                process = await asyncio.create_subprocess_exec(
                    *command,
                    **{"cwd": PROJECT, "env": self.environment, **options},
                    stdout=DEVNULL if name == "redis" else None,
                    # Ctrl+C is for this process, which stops the others in order.
                    start_new_session=True,
                )
                self.running[name] = process
                self.note(name, process.pid)
                started.set()
                code = await process.wait()
                if not self.stopping:
                    print(f"{name} ended with {code}: started again.", flush=True)
                    await asyncio.sleep(1)

        self.kept.append(asyncio.create_task(repeat()))
        await started.wait()

    def note(self, name: str, pid: int) -> None:
        """Write the process id so that nobody reads a file that is still empty."""
        new = self.runtime / f"{name}.new"
        new.write_text(str(pid))
        new.replace(self.runtime / f"{name}.process")

    async def ready(self, name: str, address: str | tuple[str, int]) -> None:
        """Wait until something listens at *address*."""
        for _ in range(READY_SECONDS * 10):
            family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
            with socket.socket(family) as opened, contextlib.suppress(OSError):
                opened.connect(address)
                return
            await asyncio.sleep(0.1)
        raise SystemExit(f"{name} does not answer at {address}.")

    async def stop(self) -> None:
        self.stopping = True
        # The servers say goodbye to their sockets through nginx.
        last = ("nginx", "redis", "postgres")
        for name in sorted(self.running, key=lambda name: name in last):
            process = self.running[name]
            if process.returncode is None:
                # PostgreSQL waits for its clients on TERM, and ends at once on INT.
                number = signal.SIGINT if name == "postgres" else signal.SIGTERM
                process.send_signal(number)
                try:
                    await asyncio.wait_for(process.wait(), STOP_SECONDS)
                except asyncio.TimeoutError:
                    process.kill()
        for task in self.kept:
            task.cancel()


async def serve(host: str, port: int) -> None:
    end = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end.set)
    with tempfile.TemporaryDirectory(prefix="chat-") as folder:
        cluster = Cluster(Path(folder), host, port)
        try:
            starting = asyncio.ensure_future(cluster.start())
            ending = asyncio.ensure_future(end.wait())
            await asyncio.wait({starting, ending}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                print(
                    f"\n  The chat is at http://{host}:{port}/, served by "
                    f"{', '.join(cluster.running)}.\n"
                    f"  Their process ids are in {folder}/*.process.\n"
                    "  alice has the password wonderland, bob the-builder.\n"
                    "  Write /roll to have the worker roll the dice.\n"
                    "  Ctrl+C stops it.\n",
                    flush=True,
                )
            await ending
            starting.cancel()
        finally:
            await cluster.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    missing = [name for name in ("nginx", "redis-server") if find(name) is None]
    if missing:
        raise SystemExit(f"Missing: {' and '.join(missing)}. See docs/deploying.md.")
    asyncio.run(serve(options.host, options.port))


if __name__ == "__main__":
    main()
