"""Pages over HTTP."""

from django.http import HttpResponse
from django.shortcuts import render

from photos.models import Thumbnail

ANSWER = "the first answer"


def page(request):
    """A page with a WebSocket, and the thumbnails so far."""
    return render(request, "photos/page.html", {"thumbnails": Thumbnail.objects.all()})


def answer(request):
    return HttpResponse(ANSWER)
