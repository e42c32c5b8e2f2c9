import type { CollectorStatus, NodeHealth } from "../api/contract.ts";
import type { ClusterTotals } from "../cluster/clusterTotals.ts";
import { temperatureLevel } from "../cluster/level.ts";
import {
  Absent,
  formatBytes,
  formatCelsius,
  formatCount,
  formatLoad,
  formatLoss,
  formatPercent,
  formatRate,
} from "../format/quantities.ts";
import { make, makeName, setAttribute, setText } from "../page/dom.ts";
import { makeHealthIcon } from "../page/icons.ts";
import { nodeAddress } from "../page/route.ts";
import { exportText } from "./exportText.ts";

/** A figure with its name above and one line of detail below. */
class StripCell {
  readonly root: HTMLElement;
  readonly value = make("span", "strip-value");
  readonly detail: HTMLElement;

  constructor(key: string, name: string, detail: HTMLElement = make("span", "strip-detail")) {
    this.detail = detail;
    this.root = make("div", "strip-cell", make("span", "strip-name", name), this.value, this.detail);
    this.root.dataset["cell"] = key;
  }

  set(value: string, detail: string, level = "calm"): void {
    setText(this.value, value);
    setText(this.detail, detail);
    setAttribute(this.detail, "title", detail);
    setAttribute(this.root, "data-level", level);
  }
}

const Healths: readonly NodeHealth[] = ["up", "late", "lost", "rebooting", "left"];

/** Shortened so that five counts fit into a row. */
const Words: Partial<Record<NodeHealth, string>> = { rebooting: "reboot" };

/** Cluster totals in one row. */
export class ClusterStrip {
  readonly root: HTMLElement;
  private readonly counts = new Map<NodeHealth, { chip: HTMLElement; count: HTMLElement }>();
  private readonly load = new StripCell("load", "Load");
  private readonly memory = new StripCell("memory", "RAM used");
  private readonly hottestLink = make("a", "strip-detail strip-link");
  private readonly hottestName = makeName("");
  private readonly hottest = new StripCell("hottest", "Hottest", this.hottestLink);
  private readonly datagrams = new StripCell("datagrams", "Datagrams");
  private readonly openSearch = new StripCell("openSearch", "OpenSearch");
  private readonly collector = new StripCell("collector", "Collector RAM");

  constructor() {
    this.hottestLink.append(this.hottestName);
    this.root = make(
      "section",
      "strip",
      this.makeCounts(),
      ...[this.load, this.memory, this.hottest, this.datagrams, this.openSearch, this.collector].map(
        (cell) => cell.root,
      ),
    );
    this.root.setAttribute("aria-label", "Cluster");
  }

  showTotals(totals: ClusterTotals): void {
    for (const health of Healths) {
      const { chip, count } = this.counts.get(health)!;
      setText(count, `${totals.health[health]}`);
      setAttribute(chip, "data-none", `${totals.health[health] === 0}`);
    }
    const cores = totals.cores === 1 ? "core" : "cores";
    this.load.set(
      formatLoad(totals.load),
      totals.cores === 0 ? Absent : `${totals.cores} ${cores} · CPU ${formatPercent(totals.cpuRatio)}`,
    );
    const used = totals.memoryUsedBytes;
    const total = totals.memoryTotalBytes;
    this.memory.set(
      formatBytes(used),
      used === undefined ? Absent : `of ${formatBytes(total)} · ${formatPercent(used / total)}`,
    );
    this.showHottest(totals.hottest);
    const lossRatio = totals.lossRatio;
    setText(this.datagrams.detail, lossRatio === undefined ? Absent : `${formatLoss(lossRatio)} lost`);
  }

  showCollector(status: CollectorStatus): void {
    setText(this.datagrams.value, formatRate(status.datagrams?.perSecond));
    const { rejected = 0, dropped = 0 } = status.datagrams ?? {};
    setAttribute(
      this.datagrams.root,
      "title",
      `Since the collector started: ${formatCount(rejected)} rejected, ${formatCount(dropped)} dropped`,
    );
    this.showOpenSearch(status.openSearch);
    const database = status.database;
    this.collector.set(
      formatBytes(status.residentBytes),
      database?.degraded === true ? "database degraded" : `database ${formatBytes(database?.bytes)}`,
      database?.degraded === true ? "hot" : "calm",
    );
  }

  private makeCounts(): HTMLElement {
    const chips = Healths.map((health) => {
      const count = make("span", "strip-value");
      const chip = make("span", "strip-count", makeHealthIcon(health), count, make("span", "strip-detail", Words[health] ?? health));
      chip.dataset["health"] = health;
      this.counts.set(health, { chip, count });
      return chip;
    });
    const cell = make(
      "div",
      "strip-cell strip-nodes",
      make("span", "strip-name", "Nodes"),
      make("div", "strip-counts", ...chips),
    );
    cell.dataset["cell"] = "nodes";
    return cell;
  }

  private showHottest(hottest: ClusterTotals["hottest"]): void {
    setText(this.hottest.value, formatCelsius(hottest?.celsius));
    setAttribute(this.hottest.root, "data-level", temperatureLevel(hottest?.celsius ?? 0));
    setText(this.hottestName, hottest?.hostname ?? Absent);
    if (hottest === undefined) {
      this.hottestLink.removeAttribute("href");
    } else {
      setAttribute(this.hottestLink, "href", nodeAddress(hottest.id));
      setAttribute(this.hottestLink, "title", hottest.hostname);
    }
  }

  private showOpenSearch(openSearch: CollectorStatus["openSearch"]): void {
    if (openSearch === undefined || !openSearch.enabled) {
      this.openSearch.set("off", openSearch === undefined ? Absent : "not configured");
      return;
    }
    const { value, detail } = exportText(openSearch);
    const level = openSearch.state === "held" ? "hot" : openSearch.state === "retrying" ? "warm" : "calm";
    this.openSearch.set(value, detail, level);
    setAttribute(this.openSearch.root, "title", openSearch.problem ?? "");
  }
}
