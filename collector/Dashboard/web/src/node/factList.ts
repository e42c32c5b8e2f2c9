import type { TrackedNode } from "../cluster/trackedNode.ts";
import { coreCount } from "../cluster/trackedNode.ts";
import { formatBytes, formatCount, formatHertz, formatLoss } from "../format/quantities.ts";
import { formatUptime } from "../format/times.ts";
import { make, makeName, setText } from "../page/dom.ts";

/** Facts that a node does not tell are left out instead of standing there empty. */
function factsOf(node: TrackedNode): Map<string, string> {
  const status = node.status;
  const { about, readings } = status;
  const facts = new Map<string, string | undefined>([
    ["Address", status.address],
    ["Uptime", readings?.uptimeSeconds === undefined ? undefined : formatUptime(readings.uptimeSeconds)],
    ["Board", about?.board],
    ["HAT", about?.hat],
    ["OS", about?.os],
    ["Kernel", joined([about?.kernel, about?.arch])],
    ["Cores", coreText(node)],
    ["RAM", readings?.memoryTotalBytes === undefined ? undefined : formatBytes(readings.memoryTotalBytes)],
    ["Agent", about?.agent ?? (status.version === undefined ? "raspi-cluster" : undefined)],
    ["Datagrams", datagramText(node)],
    ["Labels", joined(Object.entries(status.labels ?? {}).map(([name, value]) => `${name}: ${value}`))],
  ]);
  return new Map([...facts].filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== ""));
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

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(" · ");
}

/** Name and value pairs below a node's name. */
export class FactList {
  readonly root = make("dl", "facts");
  private readonly values = new Map<string, HTMLElement>();

  show(node: TrackedNode): void {
    const facts = factsOf(node);
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
