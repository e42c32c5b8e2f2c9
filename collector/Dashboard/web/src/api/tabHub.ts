import { LiveSource, type EventName } from "./liveSource.ts";
import type { FromWorker, ToWorker } from "./workerMessages.ts";

/** A tab that sends nothing for this long was closed without a farewell, as by a crash. */
const TabSilenceMillisecondsMax = 30_000;

/** Updates that wait for the state of a tab that has just joined; beyond it, the tab gets the state again. */
const WaitingMax = 1_000;

/** The part of a `MessagePort` that the hub uses. */
export interface TabPort {
  postMessage(message: FromWorker): void;
}

interface Tab {
  seenAt: number;
  /** Events since it joined, while its state is being fetched. */
  waiting: { name: EventName; data: string }[] | undefined;
}

/**
 * Shares one stream among the tabs of a browser: over HTTP/1.1 a browser has six connections to a host, so a seventh
 * tab with a stream of its own would never load. The stream is closed while no tab is shown.
 */
export class TabHub {
  private readonly source: LiveSource;
  private readonly nodesAddress: string;
  private readonly tabs = new Map<TabPort, Tab>();
  private status: string | undefined;
  private isOpen = false;
  private sweptAt = 0;

  constructor(liveAddress: string, nodesAddress: string) {
    this.nodesAddress = nodesAddress;
    this.source = new LiveSource(liveAddress, {
      onMessage: (name, data) => this.onMessage(name, data),
      onBroken: () => this.onBroken(),
    });
  }

  onTabMessage(port: TabPort, message: ToWorker, now: number): void {
    const tab = this.tabs.get(port);
    if (tab !== undefined) tab.seenAt = now;
    if (message === "leave") this.leave(port);
    else if (message === "join" || tab === undefined) this.join(port, now);
    else if (message === "retry") this.source.retryNow();
  }

  /** Forgets tabs that were closed without a farewell. */
  sweep(now: number): void {
    const elapsed = now - this.sweptAt;
    this.sweptAt = now;
    // After the machine was suspended, no tab could send anything yet.
    if (elapsed > TabSilenceMillisecondsMax / 2) for (const tab of this.tabs.values()) tab.seenAt = now;
    for (const [port, tab] of [...this.tabs]) {
      if (now - tab.seenAt > TabSilenceMillisecondsMax) this.leave(port);
    }
  }

  private join(port: TabPort, now: number): void {
    this.tabs.set(port, { seenAt: now, waiting: this.isOpen ? [] : undefined });
    port.postMessage({ name: "joined", data: "" });
    if (this.isOpen) void this.sendState(port);
    else {
      this.source.start();
      this.source.retryNow();
    }
  }

  private leave(port: TabPort): void {
    this.tabs.delete(port);
    if (this.tabs.size > 0) return;
    this.source.stop();
    this.isOpen = false;
    this.status = undefined;
  }

  /** The stream sends the state only after it was opened, so a tab that joins later gets it from the API. */
  private async sendState(port: TabPort): Promise<void> {
    try {
      const response = await fetch(this.nodesAddress, { headers: { accept: "application/json" } });
      if (!response.ok) throw new Error(`the collector responded with ${response.status}`);
      const data = await response.text();
      const tab = this.tabs.get(port);
      const waiting = tab?.waiting;
      if (tab === undefined || waiting === undefined) return;
      tab.waiting = undefined;
      port.postMessage({ name: "nodes", data });
      if (this.status !== undefined) port.postMessage({ name: "status", data: this.status });
      const { time } = JSON.parse(data) as { time: number };
      for (const each of waiting) {
        // An earlier update is contained in the state, and would set it back.
        if (each.name !== "update" || (JSON.parse(each.data) as { time: number }).time >= time) port.postMessage(each);
      }
    } catch {
      // The stream is as broken as the request: connecting again sends the state to every tab.
      this.source.restart();
    }
  }

  private onMessage(name: EventName, data: string): void {
    if (name === "status") this.status = data;
    if (name === "nodes") this.isOpen = true;
    for (const [port, tab] of this.tabs) {
      if (name === "nodes") tab.waiting = undefined;
      if (tab.waiting === undefined) port.postMessage({ name, data });
      else if (tab.waiting.length < WaitingMax) tab.waiting.push({ name, data });
      else {
        tab.waiting = [];
        void this.sendState(port);
      }
    }
  }

  private onBroken(): void {
    this.isOpen = false;
    for (const [port, tab] of this.tabs) {
      tab.waiting = undefined;
      port.postMessage({ name: "broken", data: "" });
    }
  }
}
