"use strict";

{
  const list = document.getElementById("rooms");

  function row(name) {
    for (const item of list.children) if (item.dataset.room === name) return item;
    const item = element("li", "");
    item.dataset.room = name;
    const link = element("a", "");
    link.href = `/rooms/${encodeURIComponent(name)}/`;
    link.append(element("bdi", "", name));
    item.append(link, element("span", "hint", "new"), element("span", "badge"));
    list.append(item);
    return item;
  }

  function show(counts) {
    for (const name of Object.keys(counts)) row(name);
    for (const item of list.children) {
      const badge = item.querySelector(".badge");
      const inside = Object.hasOwn(counts, item.dataset.room) ? counts[item.dataset.room] : 0;
      badge.hidden = inside === 0;
      badge.textContent = `${inside} here`;
    }
  }

  openSocket("/ws/presence/", { onState() {}, onData: (data) => show(data.rooms) });
}
