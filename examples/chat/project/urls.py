"""The pages of the demo. Its sockets are listed in ``chat/routing.py``."""

from chat import views
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

urlpatterns = [
    path("", views.rooms, name="rooms"),
    path("rooms/<str:room>/", views.room, name="room"),
    path("routes/", views.routes, name="routes"),
    path("doctor/", views.doctor, name="doctor"),
    path("login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
