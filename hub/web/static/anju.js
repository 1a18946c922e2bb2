/* Live pages: proof of life, news without reload, answers without leaving, a sound for emergencies.
   Everything that is said comes from the server's HTML; this file holds no words. */
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("script");
  document.addEventListener("click", event => { if (event.target.closest("[data-print]")) print(); });
  const $ = id => document.getElementById(id);
  const AMBER = 15e3, GREY = 30e3, GUARD = 400, HOLD = 1000, AGAIN = 15e3, DEAD_INGEST = 600;

  /* ── times: ages come from the server's clock, never from counting ── */
  let offset = 0;
  const now = () => Date.now() + offset;
  const two = n => String(n).padStart(2, "0");
  const watch = ms => {
    const s = Math.max(0, Math.floor(ms / 1000)), h = Math.floor(s / 3600);
    return (h ? h + ":" + two(Math.floor(s / 60) % 60) : two(Math.floor(s / 60))) + ":" + two(s % 60);
  };
  const put = (node, text) => { if (node && node.textContent !== text) node.textContent = text; };
  const zone = document.body.dataset.zone || undefined;
  const face = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
  const wall = ms => face.format(new Date(ms));

  /* ── changing the page without disturbing whoever reads or types ── */
  const same = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName &&
    (a.nodeType !== 1 || (a.dataset.key || "") === (b.dataset.key || ""));
  const morph = (old, fresh) => {
    if (old.nodeType !== 1) { if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue; return; }
    if (old.dataset.version !== undefined && old.dataset.version !== fresh.dataset.version) old.freshUntil = performance.now() + GUARD;
    for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && name !== "open" && name !== "data-chosen") old.removeAttribute(name);
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value && name !== "open") old.setAttribute(name, value);
    if (old.nodeName === "INPUT") return;
    let at = old.firstChild;
    for (const wanted of [...fresh.childNodes]) {
      let found = at;
      while (found && !same(found, wanted)) found = found.nextSibling;
      if (!found) { old.insertBefore(document.importNode(wanted, true), at).freshUntil = performance.now() + GUARD; continue; }
      if (wanted.nodeType === 1 && wanted.dataset.key) { if (found !== at) old.insertBefore(found, at); else at = at.nextSibling; }
      else { while (at !== found) { const gone = at; at = at.nextSibling; gone.remove(); } at = found.nextSibling; }
      morph(found, wanted);
    }
    while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
  };

  const part = $("live-part");
  if (!part) return;
  let touched = -HOLD, wanted = 0, running = false;
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { touched = performance.now(); }, true);
  /* An emergency is announced at once; the page itself moves when nobody has just pressed something on it. */
  const still = () => new Promise(done => {
    const look = () => { const left = touched + HOLD - performance.now(); if (left > 0) setTimeout(look, left); else done(); };
    look();
  });
  const refresh = () => { wanted++; read(); };
  if (part.dataset.every) setInterval(() => { if (!document.hidden) refresh(); }, Number(part.dataset.every));
  const read = async () => {
    if (running) return;
    running = true;
    const asked = wanted;
    try {
      const answer = await fetch(part.dataset.part, { headers: { "X-Requested-With": "fetch" }, redirect: "error" });
      if (answer.ok) {
        signedOut = false;
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live-part");
        if (fresh) { announce(fresh); await still(); morph(part, fresh); after(); }
      } else if (answer.status === 401) signedOut = true;
    } catch { /* the age of the last proof of life tells it */ }
    running = false;
    if (wanted !== asked) read();
  };

  /* ── the line ── */
  let proof = 0, ingest = null, signedOut = false, state = "", readAt = performance.now();
  const seen = data => {
    proof = performance.now();
    offset = Date.parse(data.at) - Date.now();
    ingest = data.ingest_age;
    if (performance.now() - readAt > AGAIN) { readAt = performance.now(); refresh(); }
    tick();
  };
  const news = (name, data) => {
    if (name === "beat") return seen(data);
    proof = performance.now();
    readAt = performance.now();
    refresh();
  };
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("anju") : null;
  if (channel) channel.onmessage = e => news(e.data.name, e.data.data);
  let source = null, wait = 1000, leads = false;
  const open = () => {
    source = new EventSource("/api/v1/stream");
    const take = e => {
      const data = JSON.parse(e.data);
      wait = 1000;
      news(e.type, data);
      if (channel) channel.postMessage({ name: e.type, data });
    };
    for (const name of ["beat", "alert", "reset"]) source.addEventListener(name, take);
    source.addEventListener("open", () => news("reset", {}));
    source.onerror = () => {           // closed for good: after an error page or a sign-in page it never comes back by itself
      if (source.readyState !== 2) return;
      source.close();
      refresh();                       // tells a dead line from a session that has ended
      setTimeout(open, wait * (1 + Math.random() * .3));
      wait = Math.min(wait * 2, 30e3);
    };
  };
  const lead = () => new Promise(() => { leads = true; open(); });
  /* One line for all tabs of a browser: seven of them would block every click on HTTP/1.1. */
  if (channel && navigator.locks) navigator.locks.request("anju-line", lead); else open();
  addEventListener("pagehide", () => { if (source) source.close(); });
  addEventListener("pageshow", e => { if (e.persisted && (leads || !navigator.locks)) open(); });

  const tick = () => {
    const age = performance.now() - proof;
    const next = !proof ? (performance.now() > AMBER ? "lost" : "starting") : age > GREY ? "lost" : age > AMBER ? "late" : "ok";
    if (next !== state) { state = next; root.dataset.live = next; if (next === "lost") sound.lost(); }
    const live = $("live"), lost = $("lost"), seconds = String(Math.floor((proof ? age : performance.now()) / 1000));
    put(live, next === "starting" ? "…" : live.dataset[next].replace("{age}", seconds));
    const dead = ingest !== null && ingest > DEAD_INGEST;
    const text = signedOut ? lost.dataset.signedOut
      : next === "lost" ? lost.dataset.line.replace("{age}", watch(proof ? age : performance.now())).replace("{time}", wall(now() - (proof ? age : performance.now())))
      : dead ? lost.dataset.ingest.replace("{age}", watch(ingest * 1000)) : "";
    if (!text !== lost.hidden || text) { lost.hidden = !text; put(lost, text); }
    put($("clock"), wall(now()));
    for (const node of document.querySelectorAll("[data-since]")) put(node, watch(now() - Date.parse(node.dataset.since)));
    for (const node of document.querySelectorAll("[data-until]")) put(node, watch(Date.parse(node.dataset.until) - now()));
    sound.tick();
  };

  /* ── what is new is said once; the title carries the number ── */
  const title = document.title, announced = new Set();
  const after = () => {
    const count = Number(part.dataset.count);
    document.title = count ? "▲" + count + " " + title : title;
    for (const node of part.querySelectorAll("[data-print]")) node.hidden = false;
    mark();
    hours();
    tick();
  };
  const announce = fresh => {
    for (const node of fresh.querySelectorAll("[data-sounds]")) {
      if (announced.has(node.dataset.key)) continue;
      announced.add(node.dataset.key);
      put($("announce"), node.dataset.says);
      sound.ring(node.dataset.sounds);
    }
  };

  /* ── the sound: made here, armed by a press (browsers ask for one after every load), its state always shown ── */
  const button = $("sound");
  const sound = {
    context: null, warnings: button?.dataset.warnings === "on", played: 0, warned: false,
    tone(pattern) {
      const c = this.context;
      if (!c || c.state !== "running") return;
      pattern.forEach(([at, length, pitch]) => {
        const tone = c.createOscillator(), loud = c.createGain(), t = c.currentTime + at;
        tone.frequency.value = pitch;
        loud.gain.setValueAtTime(0, t);
        loud.gain.linearRampToValueAtTime(.5, t + .02);
        loud.gain.setValueAtTime(.5, t + length - .03);
        loud.gain.linearRampToValueAtTime(0, t + length);
        tone.connect(loud).connect(c.destination);
        tone.start(t);
        tone.stop(t + length);
      });
    },
    lost() { if (!this.warned) { this.warned = true; this.tone([[0, .5, 330], [.6, .8, 260]]); } },
    get state() { return this.context?.state !== "running" ? "off" : this.warnings ? "on" : "quiet"; },
    /* An emergency sounds until somebody takes it, whatever was chosen; a warning once, and again each minute. */
    ring(severity) {
      if (this.state === "off" || (severity !== "emergency" && !this.warnings)) return;
      this.played = performance.now();
      this.tone(severity === "emergency" ? [[0, .18, 880], [.24, .18, 1175], [.48, .18, 880], [.72, .3, 1175]] : [[0, .25, 587], [.35, .25, 587]]);
    },
    tick() {
      if (state === "ok") this.warned = false;
      if (!button) return;
      button.hidden = false;
      if (button.dataset.state !== this.state) button.dataset.state = this.state;
      put(button, button.dataset[this.state]);
      const emergency = document.querySelector("[data-sounds=emergency]");
      const any = emergency || document.querySelector("[data-sounds]");
      if (any && performance.now() - this.played > (emergency ? 4e3 : 60e3)) this.ring(any.dataset.sounds);
    },
    press() {
      if (this.state === "off") {
        this.context ||= new AudioContext();
        this.context.resume().then(() => { this.tone([[0, .3, 880]]); tick(); });
      } else {
        this.warnings = !this.warnings;
        fetch("/board/sound", { method: "POST", body: new URLSearchParams({ csrf: document.body.dataset.csrf, warnings: this.warnings ? "on" : "off" }) }).catch(() => {});
        if (this.warnings) this.tone([[0, .25, 587]]);
      }
      tick();
    },
  };
  button?.addEventListener("click", () => sound.press());

  /* ── answers without leaving the page: leaving would switch the sound off ── */
  addEventListener("click", e => {
    if (e.target.closest?.("summary")) return; /* opening something harms nobody, whatever has just moved */
    for (let node = e.target; node; node = node.parentElement)
      if (node.freshUntil > performance.now()) { e.preventDefault(); e.stopPropagation(); return; }
  }, true);
  const say = text => { const said = $("said"); put(said, text); said.hidden = !text; };
  addEventListener("submit", async e => {
    const form = e.target;
    if (!form.matches("[data-answer]")) return;
    e.preventDefault();
    const buttons = form.querySelectorAll("button"), body = new URLSearchParams(new FormData(form));
    if (e.submitter?.name) body.set(e.submitter.name, e.submitter.value);
    buttons.forEach(b => { b.disabled = true; });
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, redirect: "error" });
      say(answer.ok ? "" : await answer.text());
      if (answer.ok) form.closest("details")?.removeAttribute("open");
    } catch { say(document.body.dataset.failed); }
    buttons.forEach(b => { b.disabled = false; });
    touched = -HOLD;
    refresh();
  });

  /* ── keys: the chosen alert is outlined and shows its keys; switched off where somebody wishes (WCAG 2.1.4) ── */
  const help = $("help"), opener = $("keys"), switched = $("keys-on");
  let chosenKey = null;
  const cards = () => [...part.querySelectorAll("[data-alert]")];
  const chosen = () => cards().find(card => card.dataset.alert === chosenKey) || cards()[0];
  const mark = () => {
    const on = help && localStorage.getItem("anju-keys") !== "off" ? chosen() : null;
    for (const card of cards()) card.toggleAttribute("data-chosen", card === on);
  };
  const step = by => {
    const all = cards(), at = all.indexOf(chosen());
    if (!all.length) return;
    const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
    chosenKey = next.dataset.alert;
    mark();
    next.scrollIntoView({ block: "nearest" });
    next.querySelector("a")?.focus({ preventScroll: true });
  };
  if (help) {
    opener.hidden = false;
    opener.addEventListener("click", () => help.showModal());
    switched.checked = localStorage.getItem("anju-keys") !== "off";
    switched.addEventListener("change", () => { localStorage.setItem("anju-keys", switched.checked ? "on" : "off"); mark(); });
    addEventListener("keydown", e => {
      if (e.ctrlKey || e.altKey || e.metaKey || help.open || e.target.closest?.("input, select, textarea")) return;
      if (e.key === "?") { help.showModal(); return e.preventDefault(); }
      if (localStorage.getItem("anju-keys") === "off") return;
      const key = e.key.toLowerCase(), card = chosen();
      if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
      if (key === "m") return sound.press();
      if (!card || card.freshUntil > performance.now()) return;
      if (key === "o") return open_(card);
      const wish = card.querySelector(`[data-does="${CSS.escape(key)}"]`);
      if (!wish || (/\d/.test(key) && !wish.closest("details")?.open)) return;
      chosenKey = card.dataset.alert;
      touched = -HOLD;
      wish.click();
      e.preventDefault();
    });
  }
  const open_ = card => window.open("/alerts/" + card.dataset.alert, "_blank");

  /* ── the ribbon hour by hour, by arrow keys and by finger: what a hovering mouse is told in the drawing ── */
  let hour = -1;
  const hours = () => {
    const told = part.querySelector("[data-hours]"), drawings = [...part.querySelectorAll(".ribbon")];
    const boxes = drawings.map(drawing => [...drawing.querySelectorAll(".r-hour-box")]);
    if (!told || !boxes[0]?.length) return;
    const last = boxes[0].length - 1, at = hour < 0 ? last : Math.min(hour, last);
    const text = boxes[0][at].querySelector("title").textContent.replace(/\s+/g, " ").trim();
    boxes.forEach(row => row.forEach((box, n) => box.classList.toggle("chosen", n === at && hour >= 0)));
    told.hidden = false;
    for (const [name, value] of [["valuemax", last], ["valuenow", at], ["valuetext", text]]) told.setAttribute("aria-" + name, value);
    put(told, text);
  };
  part.addEventListener("keydown", e => {
    const told = e.target.closest?.("[data-hours]"), last = told && Number(told.getAttribute("aria-valuemax"));
    const at = told && Number(told.getAttribute("aria-valuenow"));
    const to = told && { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: last }[e.key];
    if (to === undefined || to === null) return;
    hour = Math.max(0, Math.min(last, to));
    hours();
    e.preventDefault();
  });
  part.addEventListener("click", e => {
    const box = e.target.closest?.(".r-hour-box");
    if (box) { hour = [...box.parentNode.querySelectorAll(".r-hour-box")].indexOf(box); hours(); }
  });

  /* ── a screen on the wall stays awake, where the browser lets it ── */
  if (document.body.classList.contains("wall") && navigator.wakeLock) {
    const wake = () => { if (document.visibilityState === "visible") navigator.wakeLock.request("screen").catch(() => {}); };
    document.addEventListener("visibilitychange", wake);
    wake();
  }

  for (const node of document.querySelectorAll("[data-sounds]")) announced.add(node.dataset.key);
  after();
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
})();
