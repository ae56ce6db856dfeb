from django.http import HttpResponse


def index(request):
    return HttpResponse("index")


def room(request, room_name):
    return HttpResponse(room_name)
