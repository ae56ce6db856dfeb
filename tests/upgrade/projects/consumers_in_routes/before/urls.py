from django.urls import path

from elsewhere.views import Page

urlpatterns = [path("page/", Page), path("other/", Page.as_view())]
