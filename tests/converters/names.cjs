// Prints under which names Zigbee2MQTT shows a device that is sold by others too: a JSON list of
// [vendor, model, [[vendor, model], ...]]. Run with NODE_PATH as decode.cjs.
"use strict";

const { readdirSync } = require("node:fs");
const { join } = require("node:path");

const folder = join(require.resolve("zigbee-herdsman-converters"), "..", "devices");
const told = [];
for (const file of readdirSync(folder).filter((name) => name.endsWith(".js") && name !== "index.js")) {
  for (const one of require(join(folder, file)).definitions || []) {
    const others = (one.whiteLabel || []).filter((other) => other.fingerprint);
    if (others.length) told.push([one.vendor, one.model, others.map((other) => [other.vendor || one.vendor, other.model])]);
  }
}
console.log(JSON.stringify(told));
