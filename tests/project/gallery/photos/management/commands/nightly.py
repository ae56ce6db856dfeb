"""What a cron job runs."""

import logging

from django.core.management.base import BaseCommand

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Logs, through a logger that is there before the system checks."""

    def handle(self, *args, **options):
        logger.info("the nightly job runs")
        self.stdout.write("done")
