"use strict";

/* Open the path that was asked for, to see what the server really answers. */
{
  const answer = document.getElementById("opened");

  function tryToOpen(path) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/${encodeURI(path).replace(/^\/+/, "")}`);
    socket.addEventListener("open", () => {
      answer.textContent = "Opened from this page, the server accepts the WebSocket.";
      socket.close();
    });
    socket.addEventListener("error", () => {
      answer.textContent = "Opened from this page, the server refuses the WebSocket.";
    });
  }

  if (answer) {
    try {
      tryToOpen(answer.dataset.path);
    } catch {
      answer.textContent = "This is no path that a browser can open.";
    }
  }
}
