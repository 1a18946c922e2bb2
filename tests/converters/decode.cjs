// Decodes Zigbee frames with Zigbee2MQTT's own converters, and prints what it would publish.
//
// Standard input: a JSON list of {manufacturer, model, type?, endpoint?, frames: [[cluster, hex], ...]}.
// Standard output: for each of them {vendor, model, states}: the whole state after each frame, with the action
// in its own message only. Run with NODE_PATH naming a folder that holds zigbee-herdsman-converters.
"use strict";

const { createRequire } = require("node:module");

const converters = require("zigbee-herdsman-converters");
const { Zcl } = createRequire(require.resolve("zigbee-herdsman-converters"))("zigbee-herdsman");

const nothing = () => undefined;
const later = async () => ({});
const GLOBAL = { 1: "readResponse", 10: "attributeReport" };

converters.setLogger({ debug: nothing, info: nothing, warning: nothing, error: console.error });

// The converters know a device and an endpoint by the names of their classes.
class Endpoint {
  constructor(device, id) {
    Object.assign(this, { ID: id, deviceIeeeAddress: device.ieeeAddr, clusters: {}, meta: {}, binds: [] });
    Object.assign(this, { inputClusters: [], outputClusters: [], read: later, write: later, command: later });
    Object.assign(this, { defaultResponse: later, commandResponse: later, saveClusterAttributeKeyValue: nothing });
    this.getDevice = () => device;
  }
  getInputClusters() { return []; }
  getOutputClusters() { return []; }
  supportsInputCluster() { return true; }
  supportsOutputCluster() { return true; }
  getClusterAttributeValue() { return undefined; }
  hasPendingRequests() { return false; }
}

class Device {
  constructor(said, place) {
    Object.assign(this, { ieeeAddr: `0x${String(place).padStart(16, "0")}`, networkAddress: place + 1 });
    Object.assign(this, { modelID: said.model, manufacturerName: said.manufacturer, type: said.type || "EndDevice" });
    Object.assign(this, { meta: {}, customClusters: {}, applicationVersion: 1, interviewCompleted: true, save: nothing });
    this.endpoints = [new Endpoint(this, said.endpoint || 1)];
  }
  getEndpoint() { return this.endpoints[0]; }
  addCustomCluster(name, cluster) { this.customClusters[name] = cluster; }
}

function messageOf(device, cluster, hex) {
  const raw = Buffer.from(hex.replaceAll(" ", ""), "hex");
  const header = Zcl.Header.fromBuffer(raw);
  const id = Zcl.Utils.getCluster(cluster, undefined, device.customClusters).ID;
  const frame = Zcl.Frame.fromBuffer(id, header, raw, device.customClusters);
  const meta = { zclTransactionSequenceNumber: header.transactionSequenceNumber, frameControl: header.frameControl };
  const message = { device, endpoint: device.endpoints[0], cluster: frame.cluster.name, linkquality: 120, groupID: 0, meta };
  if (!frame.header.isGlobal) {
    const name = frame.command.name;
    return { ...message, type: `command${name[0].toUpperCase()}${name.slice(1)}`, data: frame.payload };
  }
  const data = {};
  for (const { attrId, attrData } of frame.payload) {
    const known = Object.values(frame.cluster.attributes).find((attribute) => attribute.ID === attrId);
    data[known ? known.name : attrId] = attrData;
  }
  return { ...message, type: GLOBAL[frame.header.commandIdentifier], data };
}

async function decoded(said, place) {
  const device = new Device(said, place);
  const definition = await converters.findByDevice(device);
  if (!definition) throw new Error(`nobody knows ${said.model} of ${said.manufacturer}`);
  let cached = {};
  const states = [];
  for (const [cluster, hex] of said.frames) {
    const message = messageOf(device, cluster, hex);
    let fresh = {};
    const publish = (more) => Object.assign(fresh, more);
    const logger = { debug: nothing, info: nothing, warning: nothing, error: nothing };
    const meta = { device, logger, state: cached, options: {}, deviceExposesChanged: nothing };
    for (const converter of definition.fromZigbee) {
      const types = [converter.type].flat();
      if (converter.cluster === message.cluster && types.includes(message.type)) {
        Object.assign(fresh, await converter.convert(definition, message, publish, {}, meta));
      }
    }
    converters.postProcessConvertedFromZigbeeMessage(definition, fresh, {}, device);
    states.push({ ...cached, ...fresh, linkquality: 120 });
    const { action, ...rest } = states[states.length - 1];
    cached = rest;
  }
  return { vendor: definition.vendor, model: definition.model, states };
}

async function main() {
  let text = "";
  for await (const chunk of process.stdin) text += chunk;
  const told = [];
  for (const [place, said] of JSON.parse(text).entries()) told.push(await decoded(said, place));
  process.stdout.write(JSON.stringify(told), () => process.exit(0)); // the converters leave timers behind
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
