from django.conf.urls import url
from django.urls import path

urlpatterns = [url("^a/$", None), path("b/", None)]
