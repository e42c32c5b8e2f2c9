import type { NodeHistory, SectionsHistory } from "../api/contract.ts";
import { RequestRefused } from "../api/requests.ts";
import type { ClusterChange, ClusterState } from "../cluster/clusterState.ts";
import { nodeHint } from "../cluster/nodeHint.ts";
import { displayName, type TrackedNode } from "../cluster/trackedNode.ts";
import { EventList } from "../events/eventList.ts";
import { make, makeName, setText } from "../page/dom.ts";
import { makeBackIcon, makeHealthIcon, setHealthIcon } from "../page/icons.ts";
import { OverviewAddress } from "../page/route.ts";
import { seenText } from "../page/seenText.ts";
import { EntryCharts } from "./chartedEntries.ts";
import { ChartedReadings } from "./chartedReadings.ts";
import { EntryChart } from "./entryChart.ts";
import { FactList } from "./factList.ts";
import { HistoryChart } from "./historyChart.ts";
import { HistoryRefresh } from "./historyRefresh.ts";
import { RangePicker } from "./rangePicker.ts";
import { SectionCards } from "./sectionTables.ts";

/** The page of one node. It exists while the address names the node. */
export class NodePage {
  readonly root: HTMLElement;
  readonly id: string;
  readonly events: EventList;
  private readonly state: ClusterState;
  private readonly hint = make("p", "node-hint");
  private readonly name = makeName("node-name");
  private readonly heading = make("h1", "", this.name);
  private readonly icon = makeHealthIcon("up");
  private readonly seen = make("span", "node-seen");
  private readonly facts = new FactList();
  private readonly charts = ChartedReadings.map((charted) => new HistoryChart(charted));
  private readonly entryCharts = EntryCharts.map((charted) => new EntryChart(charted));
  private readonly sections = new SectionCards();
  private readonly failure = make("p", "node-failure");
  private readonly json = make("pre", "");
  private readonly details = make("details", "node-json", make("summary", "", "Raw status (JSON)"), this.json);
  private readonly content: HTMLElement;
  private readonly unknown = make("div", "empty");
  private readonly refresh: HistoryRefresh;
  private started = false;

  constructor(id: string, state: ClusterState) {
    this.id = id;
    this.state = state;
    this.events = new EventList(() => this.state.wallTime(performance.now()), id);
    const now = state.wallTime(performance.now());
    const picker = new RangePicker(now - (state.nodes.get(id)?.status.firstSeen ?? 0), () => this.refresh.restart());
    this.refresh = new HistoryRefresh(id, {
      range: () => picker.current,
      wallTime: () => this.state.wallTime(performance.now()),
      onHistory: (history, sections) => this.showHistory(history, sections),
      onFailure: (error) => this.showFailure(error),
    });
    const back = make("a", "node-back", makeBackIcon(), "All nodes");
    back.href = OverviewAddress;
    const badge = make("span", "node-badge", this.icon, this.seen);
    this.content = make(
      "div",
      "node-content",
      make("header", "node-head", this.heading, badge, picker.root),
      this.hint,
      this.facts.root,
      this.failure,
      make("div", "charts", ...[...this.charts, ...this.entryCharts].map((chart) => chart.root)),
      this.sections.root,
      this.events.root,
      this.details,
    );
    this.root = make("main", "node", back, this.content, this.unknown);
    this.details.addEventListener("toggle", () => this.show());
    this.heading.tabIndex = -1;
    this.failure.hidden = true;
    this.show();
  }

  /** Gives keyboard and screen reader users a starting point after the view changed. */
  focus(): void {
    this.heading.focus({ preventScroll: true });
  }

  onChange(change: ClusterChange): void {
    if (change.whole || change.ids.includes(this.id)) this.show();
  }

  onSecond(): void {
    const node = this.state.nodes.get(this.id);
    if (node !== undefined) this.showSeen(node);
  }

  /** Reloads the history to fill the gap of the interruption. */
  onReconnected(): void {
    if (this.started) this.refresh.restart();
  }

  destroy(): void {
    this.refresh.stop();
    for (const chart of [...this.charts, ...this.entryCharts]) chart.destroy();
    this.root.remove();
  }

  private show(): void {
    const node = this.state.nodes.get(this.id);
    this.content.hidden = node === undefined;
    this.unknown.hidden = node !== undefined || !this.state.loaded;
    if (node === undefined) {
      this.showUnknown();
      return;
    }
    const status = node.status;
    this.root.dataset["health"] = status.health;
    setText(this.name, displayName(status));
    setHealthIcon(this.icon, status.health);
    this.showSeen(node);
    const hint = nodeHint(status);
    setText(this.hint, hint ?? "");
    this.hint.hidden = hint === undefined;
    this.facts.show(node);
    this.sections.show(status);
    for (const chart of this.charts) chart.showStatus(status);
    if (this.details.open) setText(this.json, JSON.stringify(status, null, 2));
    if (!this.started) {
      this.started = true;
      this.refresh.restart();
    }
  }

  private showSeen(node: TrackedNode): void {
    const now = performance.now();
    const text = seenText(node, this.state.monotonicTime(now), this.state.wallTime(now));
    // The texts of all other states start with the state.
    setText(this.seen, node.status.health === "up" ? `up · ${text}` : text);
  }

  private showUnknown(): void {
    if (this.unknown.childElementCount > 0) return;
    const id = makeName("");
    id.textContent = this.id;
    const forgotten =
      "The collector does not know this node: it has never reported, or it was forgotten after a long silence.";
    this.unknown.append(make("h2", "", "Unknown node: ", id), make("p", "", forgotten));
  }

  private showHistory(history: NodeHistory, sections: SectionsHistory): void {
    this.failure.hidden = true;
    for (const chart of this.charts) {
      chart.show(history);
      // Some nodes lack the sensor.
      chart.root.hidden = chart.absentFrom(history);
    }
    for (const chart of this.entryCharts) chart.show(sections);
  }

  private showFailure(error: unknown): void {
    const reason = error instanceof RequestRefused ? error.message : "the collector does not respond";
    setText(this.failure, `The history could not be read: ${reason}. Retrying automatically.`);
    this.failure.hidden = false;
  }
}
