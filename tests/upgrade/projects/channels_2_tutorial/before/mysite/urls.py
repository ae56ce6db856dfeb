from django.conf.urls import include, url

urlpatterns = [
    url(r'^chat/', include('chat.urls')),
]
