import type { LiveSourceListener } from "./liveSource.ts";
import { AliveMilliseconds, type FromWorker, type ToWorker } from "./workerMessages.ts";

/** A worker that does not respond for this long does not run: the tab then connects by itself. */
const JoinMillisecondsMax = 5_000;

/**
 * The worker passes on a `status` every 2 s, or that the connection broke, at least every 20 s. Without either, it was
 * ended, or this machine was suspended.
 */
const SilenceMillisecondsMax = 30_000;

/** The stream that all tabs of this browser share. */
export class SharedSource {
  private readonly listener: LiveSourceListener;
  private readonly onUnusable: () => void;
  private readonly worker: SharedWorker;
  private aliveTimer: number | undefined;
  private joinTimer: number | undefined;
  private receivedAt = 0;

  /** `onUnusable` is called if the worker does not run. Throws if the browser has no such workers. */
  constructor(listener: LiveSourceListener, onUnusable: () => void) {
    this.listener = listener;
    this.onUnusable = onUnusable;
    this.worker = new SharedWorker(new URL("./liveWorker.ts", import.meta.url), { type: "module", name: "live" });
    this.worker.onerror = () => this.giveUp();
    this.worker.port.onmessage = (message: MessageEvent<FromWorker>) => this.take(message.data);
  }

  start(): void {
    this.send("join");
    window.clearInterval(this.aliveTimer);
    window.clearTimeout(this.joinTimer);
    this.receivedAt = performance.now();
    this.aliveTimer = window.setInterval(() => this.onAlive(), AliveMilliseconds);
    this.joinTimer = window.setTimeout(() => this.giveUp(), JoinMillisecondsMax);
  }

  stop(): void {
    window.clearInterval(this.aliveTimer);
    window.clearTimeout(this.joinTimer);
    this.aliveTimer = undefined;
    this.send("leave");
  }

  retryNow(): void {
    this.send("retry");
  }

  private onAlive(): void {
    if (performance.now() - this.receivedAt > SilenceMillisecondsMax) this.start();
    else this.send("alive");
  }

  private send(message: ToWorker): void {
    this.worker.port.postMessage(message);
  }

  private take({ name, data }: FromWorker): void {
    this.receivedAt = performance.now();
    if (name === "joined") window.clearTimeout(this.joinTimer);
    // Events that were on their way when the tab left are not shown.
    else if (this.aliveTimer === undefined) return;
    else if (name === "broken") this.listener.onBroken();
    else this.listener.onMessage(name, data);
  }

  private giveUp(): void {
    this.stop();
    this.worker.port.close();
    this.onUnusable();
  }
}
