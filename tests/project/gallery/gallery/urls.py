"""The pages."""

from django.urls import path
from photos import views

urlpatterns = [path("", views.page), path("answer/", views.answer)]
