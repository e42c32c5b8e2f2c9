import type { CpuTrail } from "../cluster/cpuTrail.ts";
import { ratioLevel, temperatureLevel, type Level } from "../cluster/level.ts";
import { nodeHint } from "../cluster/nodeHint.ts";
import { coreCount, displayName, type TrackedNode } from "../cluster/trackedNode.ts";
import { Absent, formatCelsius, formatLoad, formatPercent } from "../format/quantities.ts";
import { formatUptime } from "../format/times.ts";
import { make, makeName, setAttribute, setText } from "../page/dom.ts";
import { makeHealthIcon, makeWarningIcon, setHealthIcon } from "../page/icons.ts";
import { Meter } from "../page/meter.ts";
import { nodeAddress } from "../page/route.ts";
import { seenText } from "../page/seenText.ts";
import { Sparkline } from "./sparkline.ts";

const StateWords = { up: "up", late: "late", lost: "LOST", left: "left", rebooting: "rebooting" } as const;

/** Name, value and bar of one reading at a fixed place in the tile. */
class TileMetric {
  readonly root: HTMLElement;
  private readonly value = make("span", "tile-value");
  private readonly meter = new Meter();

  constructor(name: string) {
    this.root = make("div", "tile-metric", make("span", "tile-metric-name", name), this.value, this.meter.root);
  }

  set(text: string, ratio: number | undefined, level: Level): void {
    setText(this.value, text);
    this.value.dataset["level"] = level;
    this.meter.set(ratio, level);
  }
}

/** One node on the overview. All elements exist from the start, so an update never moves anything. */
export class NodeTile {
  readonly root: HTMLLIElement;
  readonly link = make("a", "tile-link");
  private readonly icon = makeHealthIcon("up");
  private readonly name = makeName("tile-name");
  private readonly labels = make("span", "tile-labels");
  private readonly hint = make("span", "tile-hint", makeWarningIcon());
  private readonly state = make("span", "tile-state");
  private readonly cpu = make("span", "tile-value tile-cpu-value");
  private readonly cpuMeter = new Meter();
  private readonly sparkline = new Sparkline();
  private readonly memory = new TileMetric("RAM");
  private readonly temperature = new TileMetric("Temp");
  private readonly load = new TileMetric("Load");
  private readonly seen = make("time", "tile-seen");
  private readonly uptime = make("span", "tile-uptime");

  constructor(id: string) {
    this.link.href = nodeAddress(id);
    this.link.append(this.name);
    this.root = make(
      "li",
      "tile",
      make("div", "tile-head", this.icon, this.link, this.labels, this.hint, this.state),
      make(
        "div",
        "tile-cpu",
        make("div", "tile-cpu-number", make("span", "tile-metric-name", "CPU"), this.cpu),
        this.sparkline.root,
      ),
      this.cpuMeter.root,
      make("div", "tile-metrics", this.memory.root, this.temperature.root, this.load.root),
      make("div", "tile-foot", this.seen, this.uptime),
    );
    this.root.dataset["node"] = id;
    this.hint.setAttribute("role", "img");
    this.hint.hidden = true;
  }

  update(node: TrackedNode, trail: CpuTrail, now: number, wall: number): void {
    const status = node.status;
    const name = displayName(status);
    setText(this.name, name);
    setAttribute(this.link, "title", name);
    // Screen readers announce the state along with the link.
    setAttribute(this.link, "aria-label", `${name}, ${status.health}`);
    this.showLabels(status.labels);
    if (this.root.dataset["health"] !== status.health) {
      this.root.dataset["health"] = status.health;
      setHealthIcon(this.icon, status.health);
      setText(this.state, StateWords[status.health]);
    }
    this.showHint(nodeHint(status));
    this.showReadings(node);
    setText(this.uptime, this.uptimeText(node));
    this.seen.dateTime = new Date(status.lastSeen).toISOString();
    this.showSeen(node, now, wall);
    this.sparkline.draw(trail.values(wall));
  }

  /** Updates what changes with time alone. */
  showSeen(node: TrackedNode, now: number, wall: number): void {
    const text = seenText(node, now, wall);
    setText(this.seen, text);
    setAttribute(this.seen, "title", text);
  }

  drawTrail(trail: CpuTrail, wall: number): void {
    this.sparkline.draw(trail.values(wall));
  }

  private showHint(hint: string | undefined): void {
    this.hint.hidden = hint === undefined;
    if (hint === undefined) return;
    setAttribute(this.hint, "title", hint);
    setAttribute(this.hint, "aria-label", hint);
  }

  private showReadings(node: TrackedNode): void {
    const { cpuRatio, memoryUsedRatio, temperatureCelsius, load } = node.status.readings ?? {};
    const load1 = load?.[0];
    const cores = coreCount(node.status);
    const cpuLevel = ratioLevel(cpuRatio ?? 0);
    setText(this.cpu, formatPercent(cpuRatio));
    this.cpu.dataset["level"] = cpuLevel;
    this.cpuMeter.set(cpuRatio, cpuLevel);
    this.memory.set(formatPercent(memoryUsedRatio), memoryUsedRatio, ratioLevel(memoryUsedRatio ?? 0));
    this.temperature.set(
      formatCelsius(temperatureCelsius),
      temperatureCelsius === undefined ? undefined : temperatureCelsius / 100,
      temperatureLevel(temperatureCelsius ?? 0),
    );
    const loadPerCore = load1 === undefined || cores === undefined ? undefined : load1 / cores;
    this.load.set(formatLoad(load1), loadPerCore, ratioLevel(loadPerCore ?? 0));
  }

  private showLabels(labels: Record<string, string> | undefined): void {
    const entries = Object.entries(labels ?? {});
    setText(this.labels, entries.map(([, value]) => value).join(" · "));
    setAttribute(this.labels, "title", entries.map(([name, value]) => `${name}: ${value}`).join("\n"));
  }

  private uptimeText(node: TrackedNode): string {
    const { health, readings } = node.status;
    if (health === "lost" || health === "left" || health === "rebooting") return "";
    return readings?.uptimeSeconds === undefined ? Absent : `uptime ${formatUptime(readings.uptimeSeconds)}`;
  }
}
