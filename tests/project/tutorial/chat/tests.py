# chat/tests.py
import json

from channels.testing import ChannelsLiveServerTestCase
from websockets.sync.client import connect


class ChatTests(ChannelsLiveServerTestCase):
    serve_static = True  # emulate StaticLiveServerTestCase

    def test_when_chat_message_posted_then_seen_by_everyone_in_same_room(self):
        with self._enter("room_1") as one, self._enter("room_1") as two:
            one.send(json.dumps({"message": "hello"}))
            self.assertEqual(json.loads(one.recv(30)), {"message": "hello"})
            self.assertEqual(json.loads(two.recv(30)), {"message": "hello"})

    def test_when_chat_message_posted_then_not_seen_by_anyone_in_different_room(self):
        with self._enter("room_1") as one, self._enter("room_2") as two:
            one.send(json.dumps({"message": "hello"}))
            self.assertEqual(json.loads(one.recv(30)), {"message": "hello"})
            two.send(json.dumps({"message": "world"}))
            self.assertEqual(json.loads(two.recv(30)), {"message": "world"})

    # === Utility ===

    def _enter(self, room_name):
        return connect(
            f"{self.live_server_ws_url}/ws/chat/{room_name}/",
            origin=self.live_server_url,
            proxy=None,
            open_timeout=30,
        )
