"use strict";

const scheme = location.protocol === "https:" ? "wss:" : "ws:";
const socket = new WebSocket(`${scheme}//${location.host}/ws/cats/`);
const status = document.querySelector("#status");

socket.addEventListener("open", () => {
  status.textContent = "open";
});
socket.addEventListener("close", () => {
  status.textContent = "closed";
});
socket.addEventListener("message", (event) => {
  const line = document.createElement("li");
  line.textContent = event.data;
  document.querySelector("#answers").append(line);
});
document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = document.querySelector("#text");
  socket.send(field.value);
  field.value = "";
});
