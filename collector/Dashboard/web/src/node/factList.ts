import type { NodeReadings } from "../api/contract.ts";
import type { TrackedNode } from "../cluster/trackedNode.ts";
import { coreCount } from "../cluster/trackedNode.ts";
import { formatBytes, formatCount, formatHertz, formatLoss, formatPercent, formatSeconds } from "../format/quantities.ts";
import { formatUptime } from "../format/times.ts";
import { make, makeName, setText } from "../page/dom.ts";

/** Facts that a node does not report are left out. */
function listFacts(node: TrackedNode): Map<string, string> {
  const status = node.status;
  const { about, readings } = status;
  const facts = new Map<string, string | undefined>([
    ["Address", status.address],
    ["Uptime", readings?.uptimeSeconds === undefined ? undefined : formatUptime(readings.uptimeSeconds)],
    ["Board", joined([about?.board, about?.revision])],
    ["HAT", about?.hat],
    ["OS", about?.os],
    ["Kernel", joined([about?.kernel, about?.arch])],
    ["Cores", coreText(node)],
    ["RAM", readings?.memoryTotalBytes === undefined ? undefined : formatBytes(readings.memoryTotalBytes)],
    ["Swap", swapText(readings)],
    ["OOM kills", positive(readings?.["oomKills"])],
    ["Pressure", pressureText(readings)],
    ["Power", throttleText(readings)],
    ["Clock", clockText(readings)],
    ["TCP", tcpText(readings)],
    ["Receive queues", queueText(readings)],
    ["Tracked connections", ofLimit(readings?.["conntrackEntries"], readings?.["conntrackEntriesLimit"])],
    ["NFS client", nfsText(readings)],
    ["File handles", ofLimit(readings?.["fileHandlesOpen"], readings?.["fileHandlesLimit"])],
    ["Entropy", unit(readings?.["entropyAvailable"], "bits")],
    ["Failed units", shown(readings?.["systemdFailedUnits"])],
    ["Containers", joined([shown(readings?.["containersRunning"]), about?.runtime, about?.role, memoryCgroupText(readings)])],
    ["Agent", about?.agent ?? (status.version === undefined ? "raspi-cluster" : undefined)],
    ["Agent's losses", agentText(readings)],
    ["Datagrams", datagramText(node)],
    ["Repaired", repairText(node)],
    ["Labels", joined(Object.entries(status.labels ?? {}).map(([name, value]) => `${name}: ${value}`))],
  ]);
  return new Map([...facts].filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== ""));
}

function shown(value: unknown): string | undefined {
  return typeof value === "number" ? formatCount(value) : undefined;
}

/** A count of what should not happen; undefined while it has not happened. */
function positive(value: unknown): string | undefined {
  return typeof value === "number" && value > 0 ? formatCount(value) : undefined;
}

function swapText(readings: NodeReadings | undefined): string | undefined {
  const { swapTotalBytes: total = 0, swapFreeBytes: free } = readings ?? {};
  if (total === 0 || free === undefined) return undefined;
  return `${formatBytes(total - free)} of ${formatBytes(total)} (${formatPercent((total - free) / total)})`;
}

const AgentLosses = [
  ["agentSamplerFailures", "failed reads"],
  ["agentValuesRefused", "values out of range"],
  ["agentTicksSkipped", "samples skipped"],
  ["agentSendsFailed", "datagrams not sent"],
  ["agentSectionsDropped", "sections without room"],
  ["agentTextfilesDropped", "textfiles dropped"],
] as const;

/** What the agent itself has counted; undefined for one without losses. */
function agentText(readings: NodeReadings | undefined): string | undefined {
  return joined(
    AgentLosses.map(([name, text]) => {
      const count = positive(readings?.[name]);
      return count === undefined ? undefined : `${count}\u00a0${text}`;
    }),
  );
}

function unit(value: unknown, name: string): string | undefined {
  return typeof value === "number" ? `${formatCount(value)}\u00a0${name}` : undefined;
}

/** Limits beyond this are none: the kernel's default for file handles is 2⁶³ - 1. */
const LimitMax = 1e12;

/** A count, with its limit and share if it has one. */
function ofLimit(value: unknown, limit: unknown): string | undefined {
  if (typeof value !== "number") return undefined;
  if (typeof limit !== "number" || limit <= 0 || limit >= LimitMax) return formatCount(value);
  return `${formatCount(value)} of ${formatCount(limit)} (${formatPercent(value / limit)})`;
}

function tcpText(readings: NodeReadings | undefined): string | undefined {
  return joined([
    unit(readings?.["tcpConnectionsEstablished"], "established"),
    unit(readings?.["tcpSegmentsRetransmitted"], "segments retransmitted"),
    unit(readings?.["tcpListenDrops"], "refused by full listeners"),
  ]);
}

/** Packets that the kernel received, but had no room for. */
function queueText(readings: NodeReadings | undefined): string | undefined {
  return joined([
    unit(readings?.["softnetDrops"], "dropped"),
    unit(readings?.["softnetSqueezes"], "delayed"),
  ]);
}

function nfsText(readings: NodeReadings | undefined): string | undefined {
  return joined([
    unit(readings?.["nfsClientCalls"], "calls"),
    unit(readings?.["nfsClientRetransmissions"], "repeated"),
  ]);
}

/** The share of the last ten seconds in which tasks waited for each resource (PSI). */
function pressureText(readings: NodeReadings | undefined): string | undefined {
  const parts = (["Cpu", "Memory", "Io"] as const).flatMap((resource) => {
    const ratio = readings?.[`pressureRatio${resource}Some`];
    return typeof ratio === "number" ? [`${resource === "Io" ? "I/O" : resource.toLowerCase()} ${formatPercent(ratio)}`] : [];
  });
  return parts.length === 0 ? undefined : parts.join(", ");
}

const ThrottleConditions = [
  ["Undervoltage", "under-voltage"],
  ["FrequencyCapped", "frequency capped"],
  ["Throttled", "throttled"],
  ["SoftTemperatureLimit", "soft temperature limit"],
] as const;

function throttleText(readings: NodeReadings | undefined): string | undefined {
  const known = ThrottleConditions.filter(([name]) => readings?.[`throttled${name}Now`] !== undefined);
  if (known.length === 0) return undefined;
  const now = known.filter(([name]) => readings?.[`throttled${name}Now`] === 1).map(([, text]) => text);
  const ever = known.filter(([name]) => readings?.[`throttled${name}Ever`] === 1).map(([, text]) => text);
  if (now.length > 0) return `${now.join(", ")} now`;
  return ever.length > 0 ? `good; since boot: ${ever.join(", ")}` : "good";
}

function clockText(readings: NodeReadings | undefined): string | undefined {
  const synchronised = readings?.["clockSynchronised"];
  if (synchronised === undefined) return undefined;
  const error = readings?.["clockErrorMaxSeconds"];
  return joined([
    synchronised === 1 ? "synchronised" : "not synchronised",
    synchronised === 1 && typeof error === "number" ? `error below ${formatSeconds(error)}` : undefined,
    readings?.["clockRtcPresent"] === 0 ? "no RTC" : undefined,
  ]);
}

function memoryCgroupText(readings: NodeReadings | undefined): string | undefined {
  return readings?.["memoryCgroupEnabled"] === 0 ? "memory cgroup off" : undefined;
}

function coreText(node: TrackedNode): string | undefined {
  const cores = coreCount(node.status);
  const hertz = node.status.readings?.cpuHertz;
  return joined([cores === undefined ? undefined : `${cores}`, hertz === undefined ? undefined : formatHertz(hertz)]);
}

function datagramText(node: TrackedNode): string | undefined {
  const { received, lost = 0 } = node.status;
  if (received === undefined) return undefined;
  return `${formatCount(received)} · ${formatLoss(lost / Math.max(1, received + lost))} lost`;
}

/** Undefined for a node that lost nothing. */
function repairText(node: TrackedNode): string | undefined {
  const { repaired = 0, unrecoverable = 0 } = node.status;
  if (repaired + unrecoverable === 0) return undefined;
  const gone = unrecoverable === 0 ? undefined : `${formatCount(unrecoverable)} unrecoverable`;
  return joined([`${formatCount(repaired)} samples`, gone]);
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(" · ");
}

/** Name-value pairs below the node's name. */
export class FactList {
  readonly root = make("dl", "facts");
  private readonly values = new Map<string, HTMLElement>();

  show(node: TrackedNode): void {
    const facts = listFacts(node);
    if ([...facts.keys()].join() !== [...this.values.keys()].join()) this.rebuild(facts.keys());
    for (const [name, text] of facts) setText(this.values.get(name)!, text);
  }

  private rebuild(names: Iterable<string>): void {
    this.values.clear();
    this.root.replaceChildren();
    for (const name of names) {
      const value = makeName("");
      this.values.set(name, value);
      this.root.append(make("div", "fact", make("dt", "", name), make("dd", "", value)));
    }
  }
}
