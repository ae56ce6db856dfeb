"use strict";

/*
 * A WebSocket that comes back. After a drop it tries again, with pauses that double
 * up to ten seconds. A part of each pause is random, so that the tabs of a restarted
 * server do not all return at the same moment.
 */
function openSocket(path, { onState, onData }) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  let socket = null;
  let failures = 0;
  let timer = null;
  let away = false;

  function connect() {
    clearTimeout(timer);
    onState("waiting");
    socket = new WebSocket(`${scheme}//${location.host}${path}`);
    socket.addEventListener("open", () => {
      failures = 0;
      onState("open");
    });
    socket.addEventListener("message", (event) => onData(JSON.parse(event.data)));
    socket.addEventListener("close", () => {
      if (away) return;
      const pause = Math.min(10000, 500 * 2 ** failures) * (0.75 + Math.random() / 2);
      failures += 1;
      onState("lost");
      timer = setTimeout(connect, pause);
    });
  }

  // The network is back: no need to wait for the end of the pause.
  addEventListener("online", () => {
    if (!away && socket.readyState === WebSocket.CLOSED) connect();
  });
  // Browsers keep a page for the "back" button, with its socket open, so its user
  // would stay in the room. The socket closes here and opens again on return.
  addEventListener("pagehide", () => {
    away = true;
    clearTimeout(timer);
    socket.close();
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    away = false;
    connect();
  });
  connect();

  return {
    /* Returns false, and sends nothing, while there is no connection. */
    send(data) {
      if (socket.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(data));
      return true;
    },
  };
}

/* Everything that people wrote goes through textContent and never through HTML. */
function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
