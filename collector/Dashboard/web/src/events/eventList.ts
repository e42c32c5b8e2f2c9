import type { ClusterEvent, EventKind, EventsEvent } from "../api/contract.ts";
import { fetchEvents, RequestRefused } from "../api/requests.ts";
import { formatMoment } from "../format/times.ts";
import { make, setText } from "../page/dom.ts";
import { nodeAddress } from "../page/route.ts";
import { mergeEvents } from "./mergeEvents.ts";

/** Events per request. */
const PageEvents = 20;

/** A page left open for weeks must not grow with every event. */
const ShownEventsMax = 500;

/** Kinds that stand out; all others are shown as "news". */
const Levels: Partial<Record<EventKind, "hot" | "warm" | "good">> = {
  lost: "hot",
  "network-lost": "hot",
  "duplicate-node": "hot",
  "duplicate-hostname": "warm",
  "identity-changed": "warm",
  "multicast-lost": "warm",
  silenced: "warm",
  late: "warm",
  recovered: "good",
  "network-restored": "good",
  "multicast-restored": "good",
};

/** The events of the cluster or of one node, newest first: initially from the API, then from the live stream. */
export class EventList {
  readonly root: HTMLElement;
  private readonly node: string | undefined;
  private readonly wallTime: () => number;
  private readonly list = make("ol", "events-list");
  private readonly note = make("p", "events-note");
  private readonly older = make("button", "events-older", "Older events");
  private events: readonly ClusterEvent[] = [];
  private next: number | undefined;

  constructor(wallTime: () => number, node?: string) {
    this.node = node;
    this.wallTime = wallTime;
    this.older.type = "button";
    this.older.hidden = true;
    this.older.addEventListener("click", () => void this.loadOlder());
    this.root = make("section", "events", make("h2", "", "Events"), this.list, this.note, this.older);
    this.root.setAttribute("aria-label", "Events");
  }

  /** Loads the newest events, at first and whenever the stream may have skipped some. */
  async load(): Promise<void> {
    const answer = await this.ask(undefined);
    if (answer === undefined) return;
    if (this.events.length === 0) this.next = answer.next;
    this.take(answer.events);
  }

  onEvents(event: EventsEvent): void {
    this.take(event.events.filter((each) => this.node === undefined || each.node === this.node));
  }

  private async loadOlder(): Promise<void> {
    const answer = await this.ask(this.next);
    if (answer === undefined) return;
    this.next = answer.next;
    this.take(answer.events);
  }

  private async ask(before: number | undefined) {
    try {
      const answer = await fetchEvents({ node: this.node, before, limit: PageEvents });
      setText(this.note, "");
      return answer;
    } catch (error) {
      const reason = error instanceof RequestRefused ? error.message : "the collector does not respond";
      setText(this.note, `The events could not be read: ${reason}.`);
      return undefined;
    }
  }

  private take(more: readonly ClusterEvent[]): void {
    this.events = mergeEvents(this.events, more, ShownEventsMax);
    this.older.hidden = this.next === undefined || this.events.length >= ShownEventsMax;
    if (this.events.length === 0) setText(this.note, "No events yet.");
    const now = this.wallTime();
    this.list.replaceChildren(...this.events.map((event) => this.makeRow(event, now)));
  }

  private makeRow(event: ClusterEvent, now: number): HTMLElement {
    const time = make("time", "event-time", formatMoment(event.time, now));
    time.dateTime = new Date(event.time).toISOString();
    const kind = make("span", "event-kind", event.kind.replaceAll("-", " "));
    kind.dataset["level"] = Levels[event.kind] ?? "news";
    const text = make("bdi", "event-text");
    text.dir = "auto";
    if (event.node === undefined || this.node !== undefined) text.textContent = event.text;
    else {
      const link = make("a", "", event.text);
      link.href = nodeAddress(event.node);
      text.append(link);
    }
    const { count, since } = event.details ?? {};
    if (count !== undefined && since !== undefined) {
      text.append(" ", make("span", "event-count", `(${count} times since ${formatMoment(since, now)})`));
    }
    const row = make("li", "event", time, kind, text);
    row.dataset["event"] = event.kind;
    return row;
  }
}
