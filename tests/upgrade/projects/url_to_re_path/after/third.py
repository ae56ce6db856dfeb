from django.urls import re_path, path

urlpatterns = [re_path("^a/$", None), path("b/", None)]
