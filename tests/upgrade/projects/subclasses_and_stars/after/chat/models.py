from django.db.models import *
