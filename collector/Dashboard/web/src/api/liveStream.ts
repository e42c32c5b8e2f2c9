import type { CollectorStatus, EventsEvent, NodesEvent, RemovedEvent, UpdateEvent } from "./contract.ts";

export interface LiveStreamListener {
  onNodes(event: NodesEvent): void;
  onUpdate(event: UpdateEvent): void;
  onRemoved(event: RemovedEvent): void;
  onEvents(event: EventsEvent): void;
  onStatus(event: CollectorStatus): void;
  onBroken(): void;
}

/**
 * A `status` event arrives every 2 s, so four missed in a row mean a dead connection even if TCP has not noticed:
 * a pulled cable sends no FIN.
 */
const SilenceMillisecondsMax = 9_000;

/** The first retries are quick because a restarting collector returns within a second or two. */
const RetryMillisecondsMin = 1_000;
const RetryMillisecondsMax = 8_000;

/**
 * Follows `/api/live` permanently. The browser's built-in reconnection stops at an HTTP error, which a reverse proxy
 * returns while the collector restarts, and never notices silence. So every interruption is handled here.
 */
export class LiveStream {
  private readonly listener: LiveStreamListener;
  private source: EventSource | undefined;
  private receivedAt = 0;
  private retryMilliseconds = RetryMillisecondsMin;
  private retryTimer: number | undefined;

  constructor(listener: LiveStreamListener) {
    this.listener = listener;
  }

  start(): void {
    this.connect();
    window.setInterval(() => this.breakWhenSilent(), 1_000);
  }

  /** Retries at once: for the banner's button and when a tab becomes visible. */
  retryNow(): void {
    if (this.retryTimer !== undefined) this.connect();
  }

  private connect(): void {
    window.clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    this.receivedAt = performance.now();
    const source = new EventSource("api/live");
    this.source = source;
    source.onerror = () => this.break();
    this.listen<NodesEvent>(source, "nodes", (event) => {
      this.retryMilliseconds = RetryMillisecondsMin;
      this.listener.onNodes(event);
    });
    this.listen<UpdateEvent>(source, "update", (event) => this.listener.onUpdate(event));
    this.listen<RemovedEvent>(source, "removed", (event) => this.listener.onRemoved(event));
    this.listen<EventsEvent>(source, "events", (event) => this.listener.onEvents(event));
    this.listen<CollectorStatus>(source, "status", (event) => this.listener.onStatus(event));
  }

  private listen<T>(source: EventSource, name: string, handle: (event: T) => void): void {
    source.addEventListener(name, (message) => {
      this.receivedAt = performance.now();
      handle(JSON.parse((message as MessageEvent<string>).data) as T);
    });
  }

  private breakWhenSilent(): void {
    if (this.source !== undefined && performance.now() - this.receivedAt > SilenceMillisecondsMax) this.break();
  }

  private break(): void {
    this.source?.close();
    this.source = undefined;
    window.clearTimeout(this.retryTimer);
    this.retryTimer = window.setTimeout(() => this.connect(), this.retryMilliseconds);
    this.retryMilliseconds = Math.min(this.retryMilliseconds * 2, RetryMillisecondsMax);
    this.listener.onBroken();
  }
}
