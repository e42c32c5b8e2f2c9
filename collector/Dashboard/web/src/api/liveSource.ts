/** The names of the events of `/api/live`. */
const EventNames = ["nodes", "update", "removed", "events", "status"] as const;

export type EventName = (typeof EventNames)[number];

export interface LiveSourceListener {
  /** An event arrived, with its JSON. */
  onMessage(name: EventName, data: string): void;
  /** The connection broke; it is retried. */
  onBroken(): void;
}

/**
 * A `status` event arrives every 2 s, so four missed in a row mean a dead connection even if TCP has not noticed:
 * a pulled cable sends no FIN.
 */
export const SilenceMillisecondsMax = 9_000;

/** The first retries are quick because a restarting collector returns within a second or two. */
const RetryMillisecondsMin = 1_000;
const RetryMillisecondsMax = 8_000;

/**
 * A connection to `/api/live` that is kept until it is stopped. The browser's built-in reconnection stops at an HTTP
 * error, which a reverse proxy returns while the collector restarts, and never notices silence. So every interruption
 * is handled here.
 */
export class LiveSource {
  private readonly address: string;
  private readonly listener: LiveSourceListener;
  private source: EventSource | undefined;
  private receivedAt = 0;
  private retryMilliseconds = RetryMillisecondsMin;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private watchTimer: ReturnType<typeof setInterval> | undefined;

  constructor(address: string, listener: LiveSourceListener) {
    this.address = address;
    this.listener = listener;
  }

  start(): void {
    if (this.watchTimer !== undefined) return;
    this.watchTimer = setInterval(() => this.breakWhenSilent(), 1_000);
    this.connect();
  }

  /** Closes the connection. */
  stop(): void {
    clearInterval(this.watchTimer);
    clearTimeout(this.retryTimer);
    this.watchTimer = undefined;
    this.retryTimer = undefined;
    this.source?.close();
    this.source = undefined;
    this.retryMilliseconds = RetryMillisecondsMin;
  }

  /** Retries at once if the connection is broken. */
  retryNow(): void {
    if (this.retryTimer !== undefined) this.connect();
  }

  /** Connects again: the state must be sent whole. */
  restart(): void {
    if (this.source !== undefined) this.break();
  }

  private connect(): void {
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    this.receivedAt = performance.now();
    const source = new EventSource(this.address);
    this.source = source;
    source.onerror = () => this.break();
    for (const name of EventNames) {
      source.addEventListener(name, (message) => {
        this.receivedAt = performance.now();
        if (name === "nodes") this.retryMilliseconds = RetryMillisecondsMin;
        this.listener.onMessage(name, (message as MessageEvent<string>).data);
      });
    }
  }

  private breakWhenSilent(): void {
    if (this.source !== undefined && performance.now() - this.receivedAt > SilenceMillisecondsMax) this.break();
  }

  private break(): void {
    this.source?.close();
    this.source = undefined;
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => this.connect(), this.retryMilliseconds);
    this.retryMilliseconds = Math.min(this.retryMilliseconds * 2, RetryMillisecondsMax);
    this.listener.onBroken();
  }
}
