"""A test that needs no server."""

import logging

from django.test import TestCase

from photos.models import Thumbnail

logger = logging.getLogger(__name__)


class ThumbnailTests(TestCase):
    """A database, and nothing else."""

    def test_there_is_none(self):
        logger.info("a test logs")
        self.assertFalse(Thumbnail.objects.exists())
