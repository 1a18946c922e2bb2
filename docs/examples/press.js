// An edge of thirty lines: it tells the hub that somebody pressed an SOS button, and stays until the hub
// has committed it. npm install mqtt; node press.js mqtt://localhost:1883 shen pi-9
const mqtt = require("mqtt");
const [url, home, edge] = process.argv.slice(2);

const crc32 = (text) => {
  let crc = -1;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ -1) >>> 0;
};
const shard = String(crc32(home) % 64).padStart(2, "0");
const base = `anju/v1/${shard}/${home}/${edge}`;
const boot = Date.now().toString(36);
const stream = `js-${boot}`; // one life of the outbox: a real edge keeps it, and its numbers, on the disk
const session = Math.floor(Date.now() / 1000);
const state = { v: 1, session, boot, stream, clock: "synced" };

const will = { topic: `${base}/state`, payload: JSON.stringify({ ...state, state: "lost" }), qos: 1, retain: true };
const client = mqtt.connect(url, { will, reconnectPeriod: 1000 });
const say = (leaf, message, retain = false) =>
  client.publish(`${base}/${leaf}`, JSON.stringify(message), { qos: 1, retain });
const press = { seq: 1, at: Date.now(), mono: Math.round(performance.now()), device: "button-1", kind: "sos" };
const send = () => say("events", { v: 1, boot, stream, sent_at: Date.now(), events: [press] });

client.on("connect", () => {
  client.subscribe(`${base}/ack`, { qos: 1 });
  say("state", { ...state, state: "online", at: Date.now() }, true);
  say("devices", { v: 1, devices: [{ id: "button-1", kinds: ["sos"], room: "bedroom" }] }, true);
  say("health", { v: 1, at: Date.now(), uptime_s: 1, outbox: 1, clock: "synced" });
  send();
});
const again = setInterval(send, 5000); // until the hub says that it is committed: a broker's word proves nothing
client.on("message", (_topic, payload) => {
  const ack = JSON.parse(payload);
  if (ack.stream !== stream || ack.upto < press.seq) return;
  console.log("the hub has it");
  clearInterval(again);
  say("state", { ...state, state: "stopping" }, true);
  client.end();
});
