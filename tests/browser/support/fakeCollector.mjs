import { createServer } from "node:http";
import { serveBuiltPage } from "./builtPage.mjs";
import { fakeNodeHistory, fakeReadingHistory, fakeSectionsHistory } from "./fakeHistory.mjs";

/**
 * The collector's HTTP API on loopback, played from a script: a test says what happens to which node and when.
 * It serves the built page too, so that page and API have one origin as they have in the real collector.
 */
export class FakeCollector {
  #nodes = new Map();
  #streams = new Set();
  #server;
  #port = 0;
  #statusTimer;
  #statusChanges = {};
  #events = [];
  #alerts = { revision: 0, alerts: [], channels: [] };

  /** Addresses of all requests, in order. */
  requests = [];

  constructor(nodes = []) {
    for (const node of nodes) this.#nodes.set(node.id, node);
  }

  get url() {
    return `http://127.0.0.1:${this.#port}/`;
  }

  /** Starts listening; after a `stop` on the same port again, as a restarted collector does. */
  async start() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    await new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = this.#server.address().port;
    this.#statusTimer = setInterval(() => this.#send("status", this.#status()), 2_000);
    return this;
  }

  /** Breaks every connection and refuses new ones. */
  async stop() {
    clearInterval(this.#statusTimer);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    this.#streams.clear();
    await closed;
  }

  /** Sends nothing more while the connections stay open, like a pulled cable. */
  fallSilent() {
    clearInterval(this.#statusTimer);
  }

  /** Adds or changes nodes; the changes go to the stream as they are, like the real collector's. */
  update(...changes) {
    for (const change of changes) {
      const merged = { ...this.#nodes.get(change.id), ...change };
      if (merged.health !== "left" && merged.health !== "rebooting") delete merged.bye;
      this.#nodes.set(change.id, merged);
    }
    this.#send("update", { time: Date.now(), nodes: changes });
  }

  remove(...ids) {
    for (const id of ids) this.#nodes.delete(id);
    this.#send("removed", { ids });
  }

  /** Changes nodes without an event in the stream, as happens while the page is disconnected. */
  changeSilently(change) {
    this.#nodes.set(change.id, { ...this.#nodes.get(change.id), ...change });
  }

  changeStatus(changes) {
    this.#statusChanges = changes;
    this.#send("status", this.#status());
  }

  /** Raises events: sends them through the stream and keeps them for requests. */
  raise(...events) {
    this.raiseSilently(...events);
    this.#send("events", { events });
  }

  raiseSilently(...events) {
    this.#events.push(...events);
  }

  /** Sets the alerts and the state of the channels. */
  setAlerts(alerts, channels = []) {
    this.#alerts = { time: Date.now(), revision: this.#alerts.revision + 1, alerts, channels };
    this.#send("status", this.#status());
  }

  get streamCount() {
    return this.#streams.size;
  }

  #send(event, data) {
    const message = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    for (const stream of this.#streams) stream.write(message);
  }

  #list() {
    const names = new Intl.Collator("en", { numeric: true });
    const nodes = [...this.#nodes.values()].sort((left, right) => names.compare(left.hostname, right.hostname));
    return { time: Date.now(), nodes };
  }

  #status() {
    const count = (health) => [...this.#nodes.values()].filter((node) => node.health === health).length;
    return {
      time: Date.now(),
      version: "0.1.0",
      hostname: "collector-host",
      uptimeSeconds: 3600,
      nodes: { up: count("up"), late: count("late"), lost: count("lost"), left: count("left"), rebooting: count("rebooting") },
      datagrams: { received: 120000, accepted: 119990, rejected: 10, dropped: 0, perSecond: this.#nodes.size / 2 },
      residentBytes: 28_400_000,
      database: { path: "telemetry.db", bytes: 12_345_678, degraded: false, writtenBytesPerDay: 1000000 },
      openSearch: { enabled: true, state: "ok", backlogDocuments: 0, backlogBytes: 0, exportedDocuments: 119990 },
      alerts: {
        revision: this.#alerts.revision,
        firing: this.#alerts.alerts.filter((alert) => alert.state === "firing" && !alert.silencedBy).length,
        silenced: this.#alerts.alerts.filter((alert) => alert.state === "firing" && alert.silencedBy).length,
        channels: this.#alerts.channels,
      },
      ...this.#statusChanges,
    };
  }

  #eventsAnswer(query) {
    const limit = Number(query.get("limit") ?? 100);
    const before = Number(query.get("before") ?? Number.MAX_SAFE_INTEGER);
    const node = query.get("node");
    const events = this.#events
      .filter((event) => event.id < before && (node === null || event.node === node))
      .sort((left, right) => right.id - left.id)
      .slice(0, limit);
    return { time: Date.now(), events, ...(events.length === limit ? { next: events.at(-1).id } : {}) };
  }

  async #answer(request, response) {
    const address = new URL(request.url, this.url);
    this.requests.push(address.pathname + address.search);
    if (address.pathname === "/api/live") return this.#follow(response);
    const [, api, nodes, id, history, sections] = address.pathname.split("/");
    if (api !== "api") {
      if (!(await serveBuiltPage(address.pathname, response))) response.writeHead(404).end();
      return;
    }
    if (nodes === "status") return sendJson(response, 200, this.#status());
    if (nodes === "alerts") return sendJson(response, 200, this.#alerts);
    if (nodes === "events") return sendJson(response, 200, this.#eventsAnswer(address.searchParams));
    if (nodes === "history")
      return sendJson(response, 200, fakeReadingHistory([...this.#nodes.values()], address.searchParams));
    if (nodes === "nodes" && id === undefined) return sendJson(response, 200, this.#list());
    const node = this.#nodes.get(decodeURIComponent(id ?? ""));
    if (nodes !== "nodes" || node === undefined) return sendJson(response, 404, { error: "no such node" });
    if (history === undefined) return sendJson(response, 200, node);
    const historyOf = sections === undefined ? fakeNodeHistory : fakeSectionsHistory;
    return sendJson(response, 200, historyOf(node, address.searchParams));
  }

  #follow(response) {
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    response.write("retry: 1000\n\n");
    this.#streams.add(response);
    response.on("close", () => this.#streams.delete(response));
    response.write(`event: nodes\ndata: ${JSON.stringify(this.#list())}\n\n`);
    response.write(`event: status\ndata: ${JSON.stringify(this.#status())}\n\n`);
  }
}

function sendJson(response, status, body) {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}
