// The street: shows what the server tells, and sends what a hand does. Keeps no state of its own but what
// is half typed. All text goes in as text, never as markup.
"use strict";

const { page: words, status: statuses } = JSON.parse(document.getElementById("words").textContent);
const at = id => document.getElementById(id);
const fill = (sentence, ...parts) => parts.reduce((text, part) => text.replace("{}", () => part), sentence);
const time = when => new Date(when).toLocaleTimeString(document.documentElement.lang,
  { hour12: false, timeZone: document.documentElement.dataset.zone });
const word = status => statuses[status] ?? status;
const cards = new Map();
const names = new Map();
const MOST_LINES = 40;

function make(tag, text, className) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

async function act(path, body) {
  const answer = await fetch(`/control/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch(() => null);
  put(at("trouble"), answer?.ok ? "" : words.failed);
  return Boolean(answer?.ok);
}

// One telephone ------------------------------------------------------------------------------------------

function build(number) {
  const card = at("telephone").content.cloneNode(true).firstElementChild;
  const part = name => card.querySelector(`.${name}`);
  card.id = `phone-${number.slice(1)}`;
  const call = what => () => card.dataset.sid && act(`calls/${card.dataset.sid}/${what}`);
  for (const [name, text, what] of [
    ["answer", words.answer, "answer"],
    ["decline", words.decline, "hang_up"],
    ["machine", words.machine, "answer?machine=true"],
    ["hang-up", words.hang_up, "hang_up"],
  ]) {
    part(name).textContent = text;
    part(name).addEventListener("click", call(what));
  }
  part("keypad").setAttribute("aria-label", words.keys);
  for (const key of "123456789*0#") {
    const button = make("button", key);
    button.type = "button";
    button.setAttribute("aria-label", fill(words.press, key));
    button.addEventListener("click", () => {
      // Who clicks twice to answer must not press a key that has just appeared under the hand.
      if (performance.now() - Number(card.dataset.changed) < 400) return;
      act(`calls/${card.dataset.sid}/press`, { digits: key });
    });
    part("keypad").append(button);
  }
  card.querySelector("h4").textContent = words.messages;
  card.querySelector(".write .unseen").textContent = words.reply;
  const input = card.querySelector("input");
  input.placeholder = words.reply;
  card.querySelector(".write button").textContent = words.send;
  part("write").addEventListener("submit", async event => {
    event.preventDefault();
    const body = input.value.trim();
    const path = `people/${encodeURIComponent(number)}/messages`;
    if (body && (await act(path, { to: card.dataset.writesTo, body }))) input.value = "";
  });
  return card;
}

function show(card, phone) {
  const part = name => card.querySelector(`.${name}`);
  const call = phone.call;
  const state = call?.status === "ringing" ? "ringing" : call?.status === "in-progress" ? "talking" : "quiet";
  const name = phone.name || words.stranger;
  if (state === "ringing" && card.dataset.state !== "ringing") put(at("told"), fill(words.rings, name));
  if (state !== card.dataset.state) card.dataset.changed = String(performance.now());
  Object.assign(card.dataset, {
    state, sid: call?.sid ?? "", listening: String(call?.listening ?? false), writesTo: phone.writes_to ?? "",
  });
  put(part("name"), name);
  put(part("note"), [phone.note, phone.landline ? words.landline : ""].filter(Boolean).join(" · "));
  put(part("number"), phone.number);
  put(part("state"), sentence(call, state));
  put(part("keys"), call?.keys ? fill(words.pressed, call.keys) : "");
  showSaid(part("said"), call);
  showMessages(part("messages"), phone.messages);
  card.querySelector("h4").hidden = phone.messages.length === 0;
  part("thread").hidden = phone.messages.length === 0 && (!phone.writes_to || phone.landline);
  part("write").hidden = !phone.writes_to || phone.landline;
}

function sentence(call, state) {
  if (!call) return words.quiet;
  if (state === "ringing") return word("ringing");
  const by = call.answered_by ? ` (${word(call.answered_by)})` : "";
  if (state === "talking") return (call.listening ? words.listening : words.talking) + by;
  if (!call.ended_at) return word(call.status);
  return fill(words.last, time(call.ended_at), word(call.status) + by);
}

function showSaid(list, call) {
  const said = call?.said ?? [];
  const sid = call?.sid ?? "";
  if (list.dataset.sid !== sid || list.childElementCount > said.length) list.replaceChildren();
  list.dataset.sid = sid;
  for (const text of said.slice(list.childElementCount)) list.append(make("li", text));
  list.scrollTop = list.scrollHeight;
}

function showMessages(list, messages) {
  const key = messages.map(message => message.sid + message.status).join();
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(...messages.map(message => {
    const written = message.direction === "inbound";
    const bad = ["undelivered", "failed"].includes(message.status);
    const item = make("li", message.body, written ? "out" : bad ? "bad" : "");
    const code = message.error_code ? ` ${message.error_code}` : "";
    item.append(make("small", `${time(message.created_at)} · ${word(message.status)}${code}`));
    return item;
  }));
  list.scrollTop = list.scrollHeight;
}

// The whole street ---------------------------------------------------------------------------------------

function showStreet(street) {
  const wanted = new Set(street.telephones.map(phone => phone.number));
  for (const [number, card] of cards) {
    if (!wanted.has(number)) { card.remove(); cards.delete(number); }
  }
  for (const phone of street.telephones) {
    names.set(phone.number, phone.name);
    if (!cards.has(phone.number)) {
      cards.set(phone.number, build(phone.number));
      at("street").append(cards.get(phone.number));
    }
    show(cards.get(phone.number), phone);
  }
  const ringing = street.telephones.filter(phone => phone.call?.status === "ringing");
  at("ringing").replaceChildren(...ringing.map(phone => {
    const link = make("a", `☎ ${phone.name || phone.number}`);
    link.href = `#phone-${phone.number.slice(1)}`;
    const item = make("li");
    item.append(link);
    return item;
  }));
  document.title = ringing.length ? `☎ ${fill(words.ringing, ringing.length)} · ${words.title}` : words.title;
  at("empty").hidden = street.telephones.length > 0;
  put(at("empty"), words.empty);
  at("faults").hidden = street.faults.length === 0;
  put(at("faults"), fill(words.faults, street.faults.join(", ")));
  bell.ring(ringing.length > 0);
}

const details = entry => {
  const { text, digits, url, body, status, answered_by, code, reason } = entry.facts;
  const parts = [text ?? body, digits, status && word(status), answered_by && word(answered_by), code, reason];
  if (!text && !body && url) parts.push(url);
  return parts.filter(part => part !== undefined && part !== null && part !== "").join(" · ");
};

function tell(entries) {
  const lines = entries.slice(-MOST_LINES).reverse().map(entry => {
    const item = make("li");
    const when = make("time", time(entry.at));
    when.dateTime = entry.at;
    const more = details(entry);
    item.append(when, make("span", names.get(entry.number) || entry.number || "", "of"));
    item.append(make("span", more ? `${word(entry.what)}: ${more}` : word(entry.what), "what"));
    return item;
  });
  at("log").prepend(...lines);
  while (at("log").childElementCount > MOST_LINES) at("log").lastElementChild.remove();
}

let reading = false;
let again = false;

async function read() {
  if (reading) { again = true; return; }
  reading = true;
  const answer = await fetch("/control/street").catch(() => null);
  if (answer?.ok) showStreet(await answer.json());
  reading = false;
  if (again) { again = false; setTimeout(read, 50); }
}

// The line to the server: it proves that it lives, and is opened again however it was lost ---------------

const LOST_AFTER = 12000;
let connected = false;
let proof = 0;
let seen = 0;
let early = []; // what is told before the past has been read; null afterwards
let source;
let wait = 500;

function proved() {
  connected = true;
  proof = Date.now();
  wait = 500;
  line();
}

function line() {
  const live = connected && Date.now() - proof < LOST_AFTER;
  document.documentElement.dataset.live = live ? "live" : "lost";
  put(at("line"), live ? words.live : fill(words.lost, proof ? time(proof) : "–"));
}

function open() {
  source = new EventSource("/street/live");
  early = [];
  source.addEventListener("open", () => read().then(catchUp));
  source.addEventListener("beat", proved);
  source.addEventListener("change", event => {
    proved();
    const entries = JSON.parse(event.data);
    if (early) early.push(...entries); else heard(entries);
    read();
  });
  source.addEventListener("error", () => {
    source.close();
    connected = false;
    line();
    setTimeout(open, wait);
    wait = Math.min(wait * 2, 15000);
  });
}

async function catchUp() {
  const answer = await fetch(`/control/log?after=${seen}&limit=5000`).catch(() => null);
  if (!answer?.ok) return;
  const { last, entries } = await answer.json();
  if (last < seen) { // another run of the server, whose numbers begin anew
    seen = 0;
    at("log").replaceChildren();
    await catchUp();
  } else {
    heard(entries);
    heard(early ?? []);
    early = null;
  }
}

function heard(entries) {
  const fresh = entries.filter(entry => entry.n > seen);
  if (fresh.length) { seen = fresh.at(-1).n; tell(fresh); }
}

// The bell: two tones, only after somebody has switched it on --------------------------------------------

const bell = {
  context: null, timer: 0,
  toggle() {
    if (this.context) { this.context.close(); this.context = null; } else this.context = new AudioContext();
    at("sound").setAttribute("aria-pressed", String(this.context !== null));
    put(at("sound"), this.context ? words.sound_on : words.sound_off);
  },
  ring(wanted) {
    if (wanted && !this.timer) { this.stroke(); this.timer = setInterval(() => this.stroke(), 2000); }
    if (!wanted && this.timer) { clearInterval(this.timer); this.timer = 0; }
  },
  stroke() {
    if (!this.context) return;
    const start = this.context.currentTime;
    const volume = this.context.createGain();
    volume.connect(this.context.destination);
    volume.gain.setValueAtTime(0.08, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.9);
    for (const pitch of [440, 480]) {
      const tone = this.context.createOscillator();
      tone.frequency.value = pitch;
      tone.connect(volume);
      tone.start(start);
      tone.stop(start + 0.9);
    }
  },
};

at("sound").addEventListener("click", () => bell.toggle());
put(at("sound"), words.sound_off);
addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", event => { if (event.persisted) open(); });
setInterval(line, 1000);
line();
open();
