"""What the gallery keeps."""

from django.db import models


class Thumbnail(models.Model):
    """A photo for which the worker has made a thumbnail."""

    photo = models.CharField(max_length=100)

    def __str__(self):
        return self.photo
