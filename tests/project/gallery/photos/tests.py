"""Live tests, which ``manage.py test`` runs: a server, its database and a browser."""

import asyncio
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from channels.testing import ChannelsLiveServerTestCase
from tests.support.devtools import running_browser

from photos.models import Thumbnail

LINES = "JSON.stringify([...document.querySelectorAll('#{} li')].map(e => e.innerText))"


class PageTests(ChannelsLiveServerTestCase):
    """The page as a person sees it."""

    def test_page_shows_the_test_database_and_the_echo(self):
        Thumbnail.objects.create(photo="from-the-test.jpg")
        asyncio.run(self._use_the_page())

    async def _use_the_page(self):
        async with running_browser() as browser:
            page = await browser.new_page()
            await page.open(self.live_server_url + "/")
            await page.wait_for(
                "document.querySelector('#status').innerText === 'open'"
            )
            thumbnails = await page.evaluate(LINES.format("thumbnails"))
            self.assertEqual(thumbnails, '["from-the-test.jpg"]')
            for text in ("hello", "漢字 👋"):
                await page.write("#text", text)
                await page.press_enter()
                await page.wait_for(
                    f"document.querySelector('#answers').innerText.includes('{text}')"
                )
            answers = await page.evaluate(LINES.format("answers"))
            self.assertEqual(answers, '["echo: hello","echo: 漢字 👋"]')
            # The style is a static file, as is the script that did all this.
            color = await page.evaluate(
                "getComputedStyle(document.body).backgroundColor"
            )
            self.assertEqual(color, "rgb(1, 2, 3)")
            self.assertEqual(page.errors, [])

    def test_database_of_each_test_is_empty(self):
        self.assertEqual(Thumbnail.objects.count(), 0)


class WithoutStaticFilesTests(ChannelsLiveServerTestCase):
    """A project whose static files another server serves."""

    serve_static = False

    def test_static_file_is_a_404(self):
        with self.assertRaises(HTTPError) as refused:
            fetch(self.live_server_url + "/static/photos/page.css")
        self.addCleanup(refused.exception.close)
        self.assertEqual(refused.exception.code, 404)

    def test_page_is_served(self):
        self.assertIn(b"Gallery", fetch(self.live_server_url + "/"))


def fetch(address):
    # No proxy of the environment stands between the test and its server.
    with build_opener(ProxyHandler({})).open(address, timeout=30) as answer:
        return answer.read()
