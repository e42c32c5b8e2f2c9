import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClusterEvent } from "../src/api/contract.ts";
import { findProblems } from "../src/cluster/problems.ts";
import { nodeHint } from "../src/cluster/nodeHint.ts";
import { mergeEvents } from "../src/events/mergeEvents.ts";
import { sampleNode } from "./sampleNode.ts";

const event = (id: number): ClusterEvent => ({ id, time: id, kind: "lost", text: `${id}` });

test("Events are merged newest first, each once, and the oldest go", () => {
  const merged = mergeEvents([event(3), event(1)], [event(2), event(3), event(5)], 3);
  assert.deepEqual(
    merged.map((each) => each.id),
    [5, 3, 2],
  );
});

test("An event that stands for several replaces the one before", () => {
  const folded = (id: number, replaces: number): ClusterEvent => ({ ...event(id), details: { count: 3, since: 1, replaces } });
  const merged = mergeEvents([event(1), event(2)], [folded(3, 2), folded(4, 3)], 9);
  assert.deepEqual(
    merged.map((each) => each.id),
    [4, 1],
  );
  // A response that is older than the stream brings the replaced event again.
  assert.equal(mergeEvents(merged, [event(3), event(1)], 9).length, 2);
});

test("A node has a hint only when there is a problem", () => {
  assert.equal(nodeHint(sampleNode()), undefined);
  assert.match(nodeHint(sampleNode({ multicastLost: true }))!, /multicast does not arrive/);
  const conflict = { kind: "duplicate-hostname", since: 1, otherAddress: "10.77.0.9" } as const;
  assert.match(nodeHint(sampleNode({ conflict, multicastLost: true }))!, /10\.77\.0\.9 has this host name/);
});

test("Nodes that share an id or a name are a problem, a machine that changed its id is none", () => {
  const shared = sampleNode({ conflict: { kind: "duplicate-node", since: 1 } });
  const changed = sampleNode({ id: "b", conflict: { kind: "identity-changed", since: 1 } });
  const problems = findProblems([shared, changed], undefined);
  assert.deepEqual(
    problems.map((problem) => [problem.kind, problem.nodes.map((node) => node.id)]),
    [["conflict", [shared.id]]],
  );
});
