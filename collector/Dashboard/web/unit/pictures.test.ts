import assert from "node:assert/strict";
import { test } from "node:test";
import { CpuTrail, CpuTrails } from "../src/cluster/cpuTrail.ts";
import { loneValues } from "../src/node/loneValues.ts";
import { seenText } from "../src/page/seenText.ts";
import { sparklinePath } from "../src/overview/sparklinePath.ts";
import { nodeAddress, parseRoute } from "../src/page/route.ts";
import { sampleNode } from "./sampleNode.ts";

test("A gap in the values is a gap in the line", () => {
  const { line } = sparklinePath([0, 1, null, 0.5, 0.5], 40, 10);
  assert.equal(line, "M0 10L10 0M30 5L40 5");
});

test("A single value between gaps is a dash, and no values are no line", () => {
  assert.equal(sparklinePath([null, 1, null], 20, 10).line, "M6 0L14 0");
  assert.deepEqual(sparklinePath([null, null], 20, 10), { line: "", area: "" });
});

test("Single values of a chart are found at its ends too", () => {
  assert.deepEqual(loneValues([1, null, 2, 3, null, 4]), [0, 5]);
});

test("A trail averages within a bucket, keeps live values over history and forgets the old", () => {
  const trail = new CpuTrail(10_000);
  trail.add(100_000, 0.2);
  trail.add(109_000, 0.4);
  trail.seed([90_000, 100_000], [0.1, 0.9]);
  const values = trail.values(110_000);
  assert.equal(values.length, 60);
  assert.deepEqual(
    values.slice(-3).map((value) => value && Math.round(value * 10) / 10),
    [0.1, 0.3, null],
  );
  trail.add(1_000_000, 0.5);
  assert.equal(trail.values(1_000_000).filter((value) => value !== null).length, 1);
});

test("History with another step restarts the trails", () => {
  const trails = new CpuTrails();
  trails.of("a").add(100_000, 0.2);
  trails.seed({ step: 60_000, times: [60_000], nodes: { a: [0.7] } });
  assert.equal(trails.of("a").step, 60_000);
  assert.deepEqual(trails.of("a").values(60_000).slice(-1), [0.7]);
});

const plain = (text: string): string => text.replace(/\u00a0/g, " ");

test("The text about a silent node fits its state", () => {
  const lastSeen = new Date(2026, 10, 21, 14, 2, 31).getTime();
  const said = (changes: Parameters<typeof sampleNode>[0], silence: number): string =>
    plain(
      seenText({ status: sampleNode({ lastSeen, silence, ...changes }), silenceTakenAt: 0 }, 0, lastSeen + silence),
    );
  assert.equal(said({}, 1_200), "seen 1 s ago");
  assert.equal(said({ health: "late" }, 6_000), "late · seen 6 s ago");
  assert.equal(said({ health: "lost" }, 260_000), "LOST · last seen 14:02:31 (4 min ago)");
  assert.equal(said({ health: "lost" }, 72 * 3_600_000), "LOST · last seen 21 Nov (3 d ago)");
  const reboot = { health: "left", bye: { reason: "reboot", back: 60 } } as const;
  assert.equal(said(reboot, 0), "left · reboot, back in 60 s");
  assert.equal(said(reboot, 17_500), "left · reboot, back in 43 s");
  assert.equal(said(reboot, 90_000), "left · reboot, was due 30 s ago");
  assert.equal(said({ health: "left", bye: { reason: "poweroff" } }, 61_000), "left · poweroff, 61 s ago");
});

test("Any id survives the way through the address", () => {
  for (const id of ["9f3c2a1b00c0ffee", "raspberry pi/№1?#", "%"]) {
    assert.deepEqual(parseRoute(nodeAddress(id)), { view: "node", id });
  }
  assert.deepEqual(parseRoute(""), { view: "overview" });
  assert.deepEqual(parseRoute("#/node/%E0%A4%A"), { view: "node", id: "%E0%A4%A" });
});
