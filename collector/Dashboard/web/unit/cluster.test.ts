import assert from "node:assert/strict";
import { test } from "node:test";
import { clusterTotals } from "../src/cluster/clusterTotals.ts";
import { ratioLevel, temperatureLevel } from "../src/cluster/level.ts";
import { compareNodes, nodeFilter } from "../src/cluster/nodeOrder.ts";
import { findProblems, ProblemNodesMax } from "../src/cluster/problems.ts";
import { healthAnnouncement } from "../src/page/announcer.ts";
import { sampleNode } from "./sampleNode.ts";

test("Bars turn amber at 65 % and red at 90 %", () => {
  assert.deepEqual([0.649, 0.65, 0.899, 0.9].map(ratioLevel), ["calm", "warm", "warm", "hot"]);
  assert.deepEqual([69.9, 70, 80].map(temperatureLevel), ["calm", "warm", "hot"]);
});

test("Totals cover the nodes that report; loss covers all", () => {
  const totals = clusterTotals([
    sampleNode(),
    sampleNode({
      id: "b",
      hostname: "pi-02",
      readings: { cpuRatio: 1, load: [1], temperatureCelsius: 60 },
      about: { cores: 1 },
    }),
    sampleNode({ id: "c", health: "lost", received: 98, lost: 2, readings: { temperatureCelsius: 99, load: [50] } }),
  ]);
  assert.deepEqual(totals.health, { up: 2, late: 0, lost: 1, left: 0, rebooting: 0 });
  assert.equal(totals.load, 1.4);
  assert.equal(totals.cores, 5);
  assert.ok(Math.abs(totals.cpuRatio! - (0.12 * 4 + 1) / 5) < 1e-9);
  assert.equal(totals.memoryUsedBytes, 1e9);
  assert.deepEqual(totals.hottest, { id: "b", hostname: "pi-02", celsius: 60 });
  assert.ok(Math.abs(totals.lossRatio! - 2 / 300) < 1e-9);
});

test("An empty cluster has no averages", () => {
  const totals = clusterTotals([]);
  assert.equal(totals.cpuRatio, undefined);
  assert.equal(totals.load, undefined);
  assert.equal(totals.lossRatio, undefined);
});

test("The filter requires every word, in name, label or address", () => {
  const node = sampleNode({ hostname: "Kitchen-Pi", address: "10.77.0.11", labels: { rack: "a", role: "web" } });
  assert.ok(nodeFilter("")(node));
  assert.ok(nodeFilter("  kitchen   WEB ")(node));
  assert.ok(nodeFilter("role:web")(node));
  assert.ok(nodeFilter("rack=a 10.77")(node));
  assert.ok(!nodeFilter("kitchen db")(node));
});

test("A state word matches only the state, not host names that contain it", () => {
  const backup = sampleNode({ hostname: "backup-1", health: "lost" });
  assert.ok(!nodeFilter("up")(backup));
  assert.ok(nodeFilter("lost")(backup));
  assert.ok(nodeFilter("down")(backup));
  assert.ok(!nodeFilter("constructor")(backup));
});

test("Names sort by their numbers; other orders put urgent nodes first and unknown values last", () => {
  const names = (sort: Parameters<typeof compareNodes>[0], ...nodes: Parameters<typeof sampleNode>[0][]) =>
    nodes
      .map((node) => sampleNode(node))
      .sort(compareNodes(sort))
      .map((node) => node.hostname);
  assert.deepEqual(names("name", { hostname: "pi-10" }, { hostname: "pi-2" }), ["pi-2", "pi-10"]);
  assert.deepEqual(
    names(
      "state",
      { hostname: "a" },
      { hostname: "b", health: "left" },
      { hostname: "c", health: "lost" },
      { hostname: "d", health: "late" },
    ),
    ["c", "d", "b", "a"],
  );
  assert.deepEqual(
    names(
      "cpu",
      { hostname: "a", readings: {} },
      { hostname: "b", readings: { cpuRatio: 0.1 } },
      { hostname: "c", readings: { cpuRatio: 0.9 } },
    ),
    ["c", "b", "a"],
  );
});

test("A healthy cluster has no problems", () => {
  assert.deepEqual(findProblems([sampleNode(), sampleNode({ health: "left" })], undefined), []);
});

test("Lost nodes are named up to a limit, and many at once point to the network", () => {
  const lost = Array.from({ length: 12 }, (_, index) =>
    sampleNode({ id: `${index}`, hostname: `pi-${index}`, health: "lost" }),
  );
  const [problem] = findProblems(lost, undefined);
  assert.equal(problem?.nodes.length, ProblemNodesMax);
  assert.equal(problem?.more, 12 - ProblemNodesMax);
  assert.match(problem?.text ?? "", /network/);
  const [single] = findProblems([sampleNode({ health: "lost" }), sampleNode({ id: "b" })], undefined);
  assert.equal(single?.text, "1 node is lost:");
});

test("Held OpenSearch and a degraded database are described in the collector's words", () => {
  const problems = findProblems([], {
    time: 1,
    openSearch: { enabled: true, state: "held", backlogDocuments: 5, backlogBytes: 1000, problem: "It answers 403" },
    database: { degraded: true, problem: "The disk is full." },
  });
  assert.deepEqual(
    problems.map((problem) => problem.kind),
    ["openSearch", "database"],
  );
  assert.match(problems[0]!.text, /It answers 403\. 5 documents/);
  assert.match(problems[1]!.text, /The disk is full\. Live/);
});

test("Losses and recoveries are announced, everything else is not", () => {
  assert.equal(healthAnnouncement([{ hostname: "pi-01", before: "up", after: "late" }]), "");
  assert.equal(healthAnnouncement([{ hostname: "pi-01", before: "late", after: "lost" }]), "pi-01 lost.");
  assert.equal(healthAnnouncement([{ hostname: "pi-01", before: "lost", after: "up" }]), "pi-01 recovered.");
  const many = Array.from({ length: 5 }, () => ({ hostname: "x", before: "up", after: "lost" }) as const);
  assert.equal(healthAnnouncement(many), "5 nodes lost.");
});
