import type { CollectorStatus, EventsEvent, NodesEvent, RemovedEvent, UpdateEvent } from "./contract.ts";
import { LiveSource, type EventName, type LiveSourceListener } from "./liveSource.ts";
import { SharedSource } from "./sharedSource.ts";

export interface LiveStreamListener {
  onNodes(event: NodesEvent): void;
  onUpdate(event: UpdateEvent): void;
  onRemoved(event: RemovedEvent): void;
  onEvents(event: EventsEvent): void;
  onStatus(event: CollectorStatus): void;
  onBroken(): void;
}

/** A tab keeps the stream for so long after it was hidden: people switch back and forth. */
const HiddenMillisecondsMax = 15_000;

/**
 * Follows `/api/live` while the tab is shown: through the stream that all tabs of the browser share, or by a connection
 * of its own where the browser has no shared workers. A hidden tab releases it.
 */
export class LiveStream {
  private readonly listener: LiveStreamListener;
  private source: SharedSource | LiveSource;
  private isStarted = false;
  private hideTimer: number | undefined;

  constructor(listener: LiveStreamListener) {
    this.listener = listener;
    this.source = this.createSource();
  }

  start(): void {
    document.addEventListener("visibilitychange", () => this.onVisibility());
    // A page in the back/forward cache must not count as a tab; it is shown again by `pageshow`.
    window.addEventListener("pagehide", () => this.stop());
    window.addEventListener("pageshow", () => this.onVisibility());
    this.isStarted = true;
    this.source.start();
    this.onVisibility();
  }

  /** Whether the tab released the stream because it is hidden. */
  get isReleased(): boolean {
    return !this.isStarted;
  }

  /** Retries at once: for the banner's button and when a tab becomes visible. */
  retryNow(): void {
    this.source.retryNow();
  }

  private createSource(): SharedSource | LiveSource {
    const listener: LiveSourceListener = {
      onMessage: (name, data) => this.take(name, data),
      onBroken: () => this.listener.onBroken(),
    };
    const createOwn = () => new LiveSource("api/live", listener);
    try {
      return new SharedSource(listener, () => {
        this.source = createOwn();
        if (this.isStarted) this.source.start();
      });
    } catch {
      // No shared workers in this browser, or not in this mode of it.
      return createOwn();
    }
  }

  private onVisibility(): void {
    window.clearTimeout(this.hideTimer);
    if (document.hidden) {
      this.hideTimer = window.setTimeout(() => this.stop(), HiddenMillisecondsMax);
      return;
    }
    if (this.isStarted) this.source.retryNow();
    else {
      this.isStarted = true;
      this.source.start();
    }
  }

  private stop(): void {
    if (!this.isStarted) return;
    this.isStarted = false;
    this.source.stop();
  }

  private take(name: EventName, data: string): void {
    const event: unknown = JSON.parse(data);
    if (name === "nodes") this.listener.onNodes(event as NodesEvent);
    else if (name === "update") this.listener.onUpdate(event as UpdateEvent);
    else if (name === "removed") this.listener.onRemoved(event as RemovedEvent);
    else if (name === "events") this.listener.onEvents(event as EventsEvent);
    else this.listener.onStatus(event as CollectorStatus);
  }
}
