// Presses go to /press; what the home does is asked for every second.
"use strict";
const words = JSON.parse(document.body.dataset.words);
const state = document.getElementById("state");
const list = document.getElementById("done");

function show(seen) {
  const counts = words.said.sent.replace("{}", seen.sent).replace("{}", seen.dropped);
  const line = seen.line === null ? "" : seen.line ? words.said.whole : words.said.broken;
  state.textContent = seen.failure || `${counts} · ${line}`.replace(/ · $/, "");
  state.classList.toggle("bad", Boolean(seen.failure) || seen.line === false);
  list.replaceChildren(...seen.done.map((one) => {
    const item = document.createElement("li");
    const time = document.createElement("time");
    time.textContent = new Date(one.at).toLocaleTimeString(document.documentElement.lang, { timeZone: document.body.dataset.zone });
    const what = document.createElement("span");
    what.textContent = [words.buttons[one.what], words.rooms[one.room]].filter(Boolean).join(" · ");
    item.append(time, what);
    return item;
  }));
}

function say(text) {
  state.textContent = text;
  state.classList.add("bad");
}

async function ask(path, options) {
  try {
    const answer = await fetch(path, options);
    if (answer.ok) show(await answer.json());
    else say(words.said.refused);
  } catch {
    say(words.said.lost);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-press]");
  if (!button) return;
  const pressed = { what: button.dataset.press, room: button.dataset.room || "" };
  ask("/press", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(pressed) });
});
ask("/seen");
setInterval(() => ask("/seen"), 1000);
