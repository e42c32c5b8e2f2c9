import assert from "node:assert/strict";
import { test } from "node:test";
import { joinLines } from "../src/overview/joinLines.ts";

const joining = { addresses: ["192.168.1.5", "10.0.0.5", "fd77::5"], port: 6078, signed: false };

test("An agent sends to the address that the browser uses, if it is the collector's", () => {
  assert.equal(joinLines(joining, "10.0.0.5").collector, "10.0.0.5:6078");
  assert.equal(joinLines(joining, "[fd77::5]").collector, "[fd77::5]:6078");
});

test("A browser on the collector itself, or behind a proxy, shows the collector's first address", () => {
  assert.equal(joinLines(joining, "127.0.0.1").collector, "192.168.1.5:6078");
  assert.equal(joinLines({ ...joining, addresses: ["fd77::5"] }, "telemetry.lan").collector, "[fd77::5]:6078");
});

test("A collector without a network, or of an earlier version, leaves the address to the reader", () => {
  assert.equal(joinLines({ ...joining, addresses: [], signed: true }, "localhost").collector, "COLLECTOR:6078");
  assert.deepEqual(joinLines(undefined, "localhost"), { collector: "COLLECTOR:6077", signed: false });
});
