import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { TabHub } from "../src/api/tabHub.ts";
import type { FromWorker } from "../src/api/workerMessages.ts";

/** Stands in for the browser's class: records what is open, and lets a test send events. */
class FakeSource {
  static all: FakeSource[] = [];
  readonly listeners = new Map<string, (message: { data: string }) => void>();
  onerror: (() => void) | undefined;
  isClosed = false;

  constructor() {
    FakeSource.all.push(this);
  }

  addEventListener(name: string, listener: (message: { data: string }) => void): void {
    this.listeners.set(name, listener);
  }

  close(): void {
    this.isClosed = true;
  }

  send(name: string, value: object): void {
    this.listeners.get(name)!({ data: JSON.stringify(value) });
  }
}

class FakeTab {
  readonly received: FromWorker[] = [];

  postMessage(message: FromWorker): void {
    this.received.push(message);
  }

  get names(): string {
    return this.received.map(({ name, data }) => (name === "update" ? `update ${JSON.parse(data).time}` : name)).join(", ");
  }
}

const open = () => FakeSource.all.filter((source) => !source.isClosed);
const settle = () => new Promise((resolve) => setImmediate(resolve));
const original = { EventSource: globalThis.EventSource, fetch: globalThis.fetch };
let hub: TabHub;
let respond: () => Promise<Response>;

beforeEach(() => {
  FakeSource.all = [];
  respond = async () => new Response(JSON.stringify({ time: 100, nodes: [] }));
  Object.assign(globalThis, { EventSource: FakeSource, fetch: () => respond() });
  hub = new TabHub("http://collector/api/live", "http://collector/api/nodes");
});

afterEach(() => {
  hub.sweep(1);
  hub.sweep(1e9);
  hub.sweep(1e9 + 1);
  Object.assign(globalThis, original);
});

test("Any number of tabs shares one stream, which ends with the last of them", () => {
  const tabs = Array.from({ length: 20 }, () => new FakeTab());
  for (const tab of tabs) hub.onTabMessage(tab, "join", 0);
  assert.equal(FakeSource.all.length, 1);
  open()[0]!.send("nodes", { time: 1 });
  open()[0]!.send("update", { time: 2 });
  for (const tab of tabs) assert.equal(tab.names, "joined, nodes, update 2");

  for (const tab of tabs) hub.onTabMessage(tab, "leave", 0);
  assert.equal(open().length, 0);
});

test("A tab that joins later gets the state first, and no update that is older", async () => {
  const first = new FakeTab();
  hub.onTabMessage(first, "join", 0);
  open()[0]!.send("nodes", { time: 1 });
  open()[0]!.send("status", {});
  const second = new FakeTab();
  hub.onTabMessage(second, "join", 0);
  open()[0]!.send("update", { time: 99 });
  open()[0]!.send("update", { time: 100 });
  open()[0]!.send("removed", { ids: [] });
  await settle();
  open()[0]!.send("update", { time: 101 });

  assert.equal(second.names, "joined, nodes, status, update 100, removed, update 101");
  assert.equal(first.names, "joined, nodes, status, update 99, update 100, removed, update 101");
  assert.equal(FakeSource.all.length, 1);
  hub.onTabMessage(first, "leave", 0);
  hub.onTabMessage(second, "leave", 0);
});

test("If the state cannot be fetched, the stream is opened again for all", async () => {
  respond = async () => new Response("", { status: 503 });
  const tabs = [new FakeTab(), new FakeTab()];
  hub.onTabMessage(tabs[0]!, "join", 0);
  open()[0]!.send("nodes", { time: 1 });
  hub.onTabMessage(tabs[1]!, "join", 0);
  await settle();
  assert.equal(open().length, 0);
  for (const tab of tabs) assert.match(tab.names, /broken$/);

  hub.onTabMessage(tabs[1]!, "retry", 0);
  open()[0]!.send("nodes", { time: 2 });
  for (const tab of tabs) assert.match(tab.names, /broken, nodes$/);
  for (const tab of tabs) hub.onTabMessage(tab, "leave", 0);
});

test("A tab that crashed is forgotten, one that was only suspended is not", () => {
  const [crashed, alive] = [new FakeTab(), new FakeTab()];
  hub.sweep(1);
  hub.onTabMessage(crashed, "join", 0);
  hub.onTabMessage(alive, "join", 0);
  for (let now = 5_000; now <= 40_000; now += 5_000) {
    hub.onTabMessage(alive, "alive", now);
    hub.sweep(now);
  }
  open()[0]!.send("nodes", { time: 1 });
  assert.equal(crashed.names, "joined");
  assert.equal(alive.names, "joined, nodes");

  // The machine slept for an hour: the sweep may come before the tab's own message.
  hub.sweep(3_600_000);
  open()[0]!.send("update", { time: 2 });
  assert.equal(alive.names, "joined, nodes, update 2");
  hub.onTabMessage(alive, "leave", 0);
  assert.equal(open().length, 0);
});
