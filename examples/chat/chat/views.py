"""The pages. Their live parts come through the sockets of ``consumers.py``."""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from .forms import RoomForm
from .models import TEXT_LENGTH, Message, clean_room
from .routing import sockets

FIRST_ROOM = "Lobby"
LONGEST_PATH = 200


@login_required
def rooms(request: HttpRequest) -> HttpResponse:
    """The list of rooms, and a form that opens another one."""
    form = RoomForm(request.GET if "room" in request.GET else None)
    if form.is_valid():
        return redirect("room", room=form.cleaned_data["room"])
    counted = Message.objects.values("room").annotate(messages=Count("pk"))
    found = {row["room"]: row["messages"] for row in counted.order_by("room")}
    found = {FIRST_ROOM: found.pop(FIRST_ROOM, 0), **found}
    return render(request, "chat/rooms.html", {"form": form, "rooms": found})


@login_required
def room(request: HttpRequest, room: str) -> HttpResponse:
    try:
        name = clean_room(room)
    except ValidationError as error:
        raise Http404(error.message) from None
    if name != room:
        return redirect("room", room=name)
    return render(request, "chat/room.html", {"room": name, "longest": TEXT_LENGTH})


def routes(request: HttpRequest) -> HttpResponse:
    """The socket routes, how each is matched, and which of them answers a path."""
    path = request.GET.get("path", "")[:LONGEST_PATH]
    asked = {
        "path": path,
        "longest": LONGEST_PATH,
        "answer": printed("asgi_routes", resolve=path) if path else "",
    }
    return render(request, "chat/routes.html", {"routes": described_routes(), **asked})


def doctor(request: HttpRequest) -> HttpResponse:
    """What ``manage.py asgi_doctor`` says of this project, and of an error."""
    error = settings.BASE_DIR / "error.txt"
    found = {
        "report": printed("asgi_doctor"),
        "error": error.read_text(),
        "explanation": printed("asgi_doctor", explain=str(error)),
    }
    return render(request, "chat/doctor.html", found)


def printed(command: str, **options: Any) -> str:
    """What a command prints in a terminal."""
    out = io.StringIO()
    try:
        call_command(command, stdout=out, no_color=True, **options)
    except CommandError as error:
        out.write(f"CommandError: {error}\n")
    return out.getvalue().rstrip()


def described_routes() -> list[Any]:
    """One row for each socket route, in the order in which they are tried."""
    return list(sockets.describe())
