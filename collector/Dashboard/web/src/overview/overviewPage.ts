import { AlertsCard } from "../alerts/alertsCard.ts";
import type { CollectorStatus } from "../api/contract.ts";
import { fetchReadingHistory } from "../api/requests.ts";
import type { ClusterChange, ClusterState } from "../cluster/clusterState.ts";
import { clusterTotals } from "../cluster/clusterTotals.ts";
import { CpuTrails } from "../cluster/cpuTrail.ts";
import { EventList } from "../events/eventList.ts";
import { compareNodes, nodeFilter } from "../cluster/nodeOrder.ts";
import { findProblems } from "../cluster/problems.ts";
import { make } from "../page/dom.ts";
import { ClusterStrip } from "./clusterStrip.ts";
import { EmptyState } from "./emptyState.ts";
import { FilterBar } from "./filterBar.ts";
import { ProblemsCard } from "./problemsCard.ts";
import { TileGrid } from "./tileGrid.ts";

/** Sorting by a reading changes constantly; tiles that jump every second would be unreadable. */
const ReorderSeconds = 5;

/** The page of all nodes. Changes only mark what is stale; one animation frame redraws all of it. */
export class OverviewPage {
  readonly root: HTMLElement;
  readonly events = new EventList(() => this.state.wallTime(performance.now()));
  readonly filterBar = new FilterBar(() => this.rearrange());
  private readonly state: ClusterState;
  private readonly trails = new CpuTrails();
  private readonly strip = new ClusterStrip();
  private readonly problems = new ProblemsCard(() => this.filterBar.setText("lost"));
  private readonly alerts = new AlertsCard();
  private readonly grid = new TileGrid();
  private readonly empty = new EmptyState();
  private readonly stale = new Set<string>();
  private arrangementStale = true;
  private frameRequested = false;
  private ticks = 0;
  private drawnBucket = 0;
  private scrollTop = 0;

  constructor(state: ClusterState) {
    this.state = state;
    this.root = make(
      "main",
      "overview",
      this.strip.root,
      this.problems.root,
      this.alerts.root,
      this.grid.root,
      this.empty.root,
      this.events.root,
    );
    this.root.id = "overview";
  }

  show(): void {
    this.root.hidden = false;
    this.filterBar.root.hidden = false;
    window.scrollTo(0, this.scrollTop);
    this.requestFrame();
  }

  /** Returns the focus to the tile of the node that the user comes back from. */
  focusNode(id: string): void {
    this.grid.tile(id)?.link.focus({ preventScroll: true });
  }

  hide(): void {
    if (!this.root.hidden) this.scrollTop = window.scrollY;
    this.root.hidden = true;
    this.filterBar.root.hidden = true;
  }

  onChange(change: ClusterChange): void {
    const wall = this.state.wallTime(performance.now());
    for (const id of change.ids) this.stale.add(id);
    for (const id of change.sampledIds) {
      const cpuRatio = this.state.nodes.get(id)?.status.readings?.cpuRatio;
      if (cpuRatio !== undefined) this.trails.of(id).add(wall, cpuRatio);
    }
    if (change.whole) this.trails.keepOnly(this.state.nodes);
    if (change.whole || change.health.length > 0) this.arrangementStale = true;
    this.requestFrame();
  }

  onStatus(status: CollectorStatus): void {
    this.alerts.onStatus(status);
    if (status.joining !== undefined) this.arrangementStale = true;
    this.requestFrame();
  }

  /** Fetches the history that the sparklines start with. Without it they start empty and fill up. */
  async seedTrails(): Promise<void> {
    try {
      this.trails.seed(await fetchReadingHistory("cpuRatio"));
    } catch (error) {
      console.warn("The history for the sparklines could not be read:", error);
      return;
    }
    this.markAllStale();
  }

  /** Updates what changes with time alone. */
  onSecond(): void {
    if (this.root.hidden || this.state.frozen) return;
    const now = performance.now();
    const wall = this.state.wallTime(now);
    for (const [id, node] of this.state.nodes) this.grid.tile(id)?.showSeen(node, now, wall);
    this.moveTrails(wall);
    if (++this.ticks % ReorderSeconds === 0 && !this.grid.inUse) {
      const sort = this.filterBar.sort;
      if (sort === "cpu" || sort === "temperature") this.rearrange();
    }
  }

  /** When a bucket begins, all sparklines move left by one, including those of silent nodes. */
  private moveTrails(wall: number): void {
    for (const id of this.state.nodes.keys()) {
      const bucket = Math.floor(wall / this.trails.of(id).step);
      if (bucket === this.drawnBucket) return;
      this.drawnBucket = bucket;
      break;
    }
    for (const id of this.state.nodes.keys()) this.grid.tile(id)?.drawTrail(this.trails.of(id), wall);
  }

  private rearrange(): void {
    this.arrangementStale = true;
    this.requestFrame();
  }

  private markAllStale(): void {
    for (const id of this.state.nodes.keys()) this.stale.add(id);
    this.requestFrame();
  }

  private requestFrame(): void {
    if (this.frameRequested || this.root.hidden) return;
    this.frameRequested = true;
    window.requestAnimationFrame(() => {
      this.frameRequested = false;
      this.render();
    });
  }

  private render(): void {
    const now = performance.now();
    const wall = this.state.wallTime(now);
    if (this.arrangementStale) this.arrange();
    for (const id of this.stale) {
      const node = this.state.nodes.get(id);
      if (node !== undefined) this.grid.tile(id)?.update(node, this.trails.of(id), this.state.monotonicTime(now), wall);
    }
    this.stale.clear();
    const statuses = Array.from(this.state.nodes.values(), (node) => node.status);
    this.strip.showTotals(clusterTotals(statuses));
    if (this.state.status !== undefined) this.strip.showCollector(this.state.status);
    const problems = findProblems(statuses, this.state.status);
    this.problems.show(problems);
    this.alerts.onProblems(problems);
  }

  private arrange(): void {
    this.arrangementStale = false;
    const all = Array.from(this.state.nodes.values(), (node) => node.status);
    const filter = this.filterBar.text.trim();
    const shown = all.filter(nodeFilter(filter)).sort(compareNodes(this.filterBar.sort));
    for (const id of this.grid.arrange(shown.map((status) => status.id))) this.stale.add(id);
    this.filterBar.showMatches(shown.length, all.length);
    if (shown.length > 0 || !this.state.loaded) this.empty.hide();
    else if (all.length === 0) this.empty.showNoNodes(this.state.status?.joining);
    else this.empty.showNoMatch(filter, () => this.filterBar.setText(""));
  }
}
