"use strict";

{
  const page = document.getElementById("room");
  const messages = document.getElementById("messages");
  const people = document.getElementById("people");
  const count = document.getElementById("count");
  const status = document.getElementById("status");
  const composer = document.getElementById("composer");
  const input = document.getElementById("text");
  const problem = document.getElementById("problem");

  const me = page.dataset.me;
  const words = { waiting: "Connecting…", open: "Connected", lost: "Reconnecting…" };
  const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
  const calendar = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });
  const seen = new Set();
  let last = null;

  /* Each person has a color, the same on every screen. */
  function avatar(name) {
    let hue = 0;
    for (const character of name) hue = (hue * 31 + character.codePointAt(0)) % 360;
    const made = element("span", "avatar", [...name][0].toUpperCase());
    made.style.setProperty("--hue", hue);
    made.setAttribute("aria-hidden", "true");
    return made;
  }

  function add(message) {
    // History and live messages may overlap. The id tells them apart.
    if (seen.has(message.id)) return;
    seen.add(message.id);
    const sent = new Date(message.sent);
    const day = calendar.format(sent);
    if (last === null || last.day !== day) {
      messages.append(element("li", "day", day));
      last = null;
    }
    const follows =
      last !== null && last.author === message.author && sent - last.sent < 5 * 60 * 1000;

    const item = element("li", "message");
    item.classList.toggle("mine", message.author === me);
    item.classList.toggle("follows", follows);
    const bubble = element("div", "bubble");
    const head = element("p", follows ? "unseen" : "head");
    const time = element("time", "", clock.format(sent));
    time.dateTime = message.sent;
    time.title = sent.toLocaleString();
    head.append(element("bdi", "author", message.author), " ", time);
    const text = element("p", "text", message.text);
    text.dir = "auto";
    bubble.append(head, text);
    item.append(avatar(message.author), bubble);
    messages.append(item);
    last = { author: message.author, sent, day };
  }

  function showAll(history) {
    messages.replaceChildren();
    seen.clear();
    last = null;
    history.forEach(add);
  }

  function showPeople(names) {
    count.textContent = names.length;
    people.replaceChildren(
      ...names.map((name) => {
        const item = element("li", "");
        const label = element("span", "");
        label.append(element("bdi", "", name));
        if (name === me) label.append(element("span", "hint", " you"));
        item.append(avatar(name), label);
        return item;
      }),
    );
  }

  function showProblem(text) {
    problem.textContent = text;
    problem.hidden = text === "";
  }

  function onData(data) {
    // A reader who has scrolled up stays there.
    const atEnd = messages.scrollHeight - messages.scrollTop - messages.clientHeight < 60;
    if (data.type === "history") showAll(data.messages);
    else if (data.type === "message") add(data.message);
    else if (data.type === "people") showPeople(data.people);
    else if (data.type === "error") showProblem(data.text);
    if (atEnd || data.type === "history") messages.scrollTop = messages.scrollHeight;
  }

  function onState(state) {
    status.dataset.state = state;
    status.textContent = words[state];
    if (state === "open") showProblem("");
    else showPeople([]);
  }

  const path = `/ws/chat/${encodeURIComponent(page.dataset.room)}/`;
  const socket = openSocket(path, { onState, onData });
  // Who does not say so for a minute is taken for gone.
  setInterval(() => socket.send({ type: "here" }), 20000);

  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === "") return;
    if (socket.send({ text })) {
      input.value = "";
      showProblem("");
    } else {
      showProblem("Not connected. Your message stays here until the connection is back.");
    }
    input.focus();
  });
}
