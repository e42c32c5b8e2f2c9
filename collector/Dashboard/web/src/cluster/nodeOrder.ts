import type { NodeHealth, NodeStatus } from "../api/contract.ts";

export type NodeSort = "name" | "state" | "cpu" | "temperature";

export const NodeSorts: readonly NodeSort[] = ["name", "state", "cpu", "temperature"];

/** Most urgent first. */
const HealthRank: Record<NodeHealth, number> = { lost: 0, late: 1, rebooting: 2, left: 3, up: 4 };

/** "pi-2" before "pi-10". */
const names = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

export function compareNodes(sort: NodeSort): (left: NodeStatus, right: NodeStatus) => number {
  return (left, right) =>
    compareKeys(sort, left, right) || names.compare(left.hostname, right.hostname) || compareIds(left, right);
}

function compareKeys(sort: NodeSort, left: NodeStatus, right: NodeStatus): number {
  switch (sort) {
    case "name":
      return 0;
    case "state":
      return HealthRank[left.health] - HealthRank[right.health];
    case "cpu":
      return compareDescending(left.readings?.cpuRatio, right.readings?.cpuRatio);
    case "temperature":
      return compareDescending(left.readings?.temperatureCelsius, right.readings?.temperatureCelsius);
  }
}

/** Nodes without the value sort last. */
function compareDescending(left: number | undefined, right: number | undefined): number {
  if (left === right) return 0;
  if (left === undefined) return 1;
  if (right === undefined) return -1;
  return right - left;
}

function compareIds(left: NodeStatus, right: NodeStatus): number {
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}

const StateWords: Readonly<Record<string, NodeHealth>> = {
  up: "up",
  late: "late",
  lost: "lost",
  down: "lost",
  left: "left",
  rebooting: "rebooting",
};

/**
 * A node matches if every word of the filter occurs in its host name, a label, its address or its id. A word that
 * names a state matches only the state, because "up" would otherwise find every lost "backup".
 */
export function nodeFilter(text: string): (status: NodeStatus) => boolean {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return (status) =>
    words.every((word) => {
      const health = Object.hasOwn(StateWords, word) ? StateWords[word] : undefined;
      return health === undefined ? searchText(status).includes(word) : status.health === health;
    });
}

function searchText(status: NodeStatus): string {
  const labels = Object.entries(status.labels ?? {}).map(([name, value]) => `${name}=${value} ${name}:${value}`);
  return [status.hostname, status.address ?? "", status.id, ...labels].join("\n").toLowerCase();
}
