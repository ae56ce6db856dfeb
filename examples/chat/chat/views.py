"""The pages. Their live parts come through the sockets of ``consumers.py``."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from .forms import RoomForm
from .models import TEXT_LENGTH, Message, clean_room
from .routing import sockets

FIRST_ROOM = "Lobby"


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
    """The socket routes, and how each of them is matched."""
    return render(request, "chat/routes.html", {"routes": described_routes()})


def described_routes() -> list[Any]:
    """One row for each socket route, in the order in which they are tried."""
    return list(sockets.describe())
