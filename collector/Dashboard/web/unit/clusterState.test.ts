import assert from "node:assert/strict";
import { test } from "node:test";
import { ClusterState } from "../src/cluster/clusterState.ts";
import { mergeChange, silenceAt } from "../src/cluster/trackedNode.ts";
import { sampleNode } from "./sampleNode.ts";

const id = sampleNode().id;

test("Fields that a change lacks stay unchanged", () => {
  const after = mergeChange(sampleNode(), { id, received: 101 });
  assert.equal(after.received, 101);
  assert.deepEqual(after.about, sampleNode().about);
  assert.deepEqual(after.labels, { rack: "a" });
});

test("Readings replace the earlier ones as a whole", () => {
  const after = mergeChange(sampleNode(), { id, readings: { cpuRatio: 0.5 } });
  assert.deepEqual(after.readings, { cpuRatio: 0.5 });
});

test("A goodbye ends with a health other than left, and stays when health is not mentioned", () => {
  const left = sampleNode({ health: "left", bye: { reason: "reboot", back: 60 } });
  assert.deepEqual(mergeChange(left, { id, received: 101 }).bye, { reason: "reboot", back: 60 });
  assert.equal(mergeChange(left, { id, health: "up" }).bye, undefined);
  assert.deepEqual(mergeChange({ ...left, health: "rebooting" }, { id, health: "rebooting" }).bye, left.bye);
});

test("A hint ends when a change of the node no longer carries it", () => {
  const conflict = { kind: "duplicate-node", since: 1 } as const;
  const before = sampleNode({ multicastLost: true, isolated: true, conflict });
  assert.deepEqual(mergeChange(before, { id, received: 101 }).conflict, conflict);
  const after = mergeChange(before, { id, health: "up" });
  assert.deepEqual([after.multicastLost, after.isolated, after.conflict], [undefined, undefined, undefined]);
});

test("Silence counts on by the page's clock, and restarts with each message that carries it", () => {
  const state = new ClusterState();
  state.replaceNodes({ time: 50_000, nodes: [sampleNode({ silence: 840 })] }, 1_000);
  assert.equal(silenceAt(state.nodes.get(id)!, 3_000), 2_840);
  state.applyUpdate({ time: 52_000, nodes: [{ id, silence: 10 }] }, 3_000);
  assert.equal(silenceAt(state.nodes.get(id)!, 3_500), 510);
  state.applyUpdate({ time: 52_600, nodes: [{ id, health: "late" }] }, 3_600);
  assert.equal(silenceAt(state.nodes.get(id)!, 3_600), 610);
});

test("Nothing runs on while the stream is broken; the next full list ends that", () => {
  const state = new ClusterState();
  state.replaceNodes({ time: 50_000, nodes: [sampleNode()] }, 1_000);
  state.freeze(2_000);
  state.freeze(9_000);
  assert.equal(state.monotonicTime(60_000), 2_000);
  assert.equal(state.wallTime(60_000), 51_000);
  state.replaceNodes({ time: 110_000, nodes: [sampleNode()] }, 61_000);
  assert.equal(state.frozen, false);
  assert.equal(state.wallTime(61_500), 110_500);
});

test("A list removes the nodes that it lacks and reports which changed health", () => {
  const state = new ClusterState();
  state.replaceNodes({ time: 1, nodes: [sampleNode(), sampleNode({ id: "b", hostname: "pi-02" })] }, 0);
  const change = state.replaceNodes({ time: 2, nodes: [sampleNode({ health: "lost" })] }, 1);
  assert.deepEqual([...state.nodes.keys()], [id]);
  assert.deepEqual(change.health, [{ hostname: "pi-01", before: "up", after: "lost" }]);
});

test("A new node is added by an update that describes it, and a partial change of an unknown node is ignored", () => {
  const state = new ClusterState();
  state.replaceNodes({ time: 1, nodes: [] }, 0);
  assert.equal(state.applyUpdate({ time: 2, nodes: [{ id: "x", received: 3 }] }, 1).whole, false);
  assert.equal(state.nodes.size, 0);
  assert.equal(state.applyUpdate({ time: 3, nodes: [sampleNode()] }, 2).whole, true);
  assert.equal(state.nodes.size, 1);
});

test("A change of health alone is no sample", () => {
  const state = new ClusterState();
  state.replaceNodes({ time: 1, nodes: [sampleNode()] }, 0);
  assert.deepEqual(state.applyUpdate({ time: 2, nodes: [{ id, health: "late" }] }, 1).sampledIds, []);
  assert.deepEqual(state.applyUpdate({ time: 3, nodes: [{ id, readings: { cpuRatio: 1 } }] }, 2).sampledIds, [id]);
});
