import type { CollectorStatus, NodeStatus } from "../api/contract.ts";
import { formatBytes, formatCount } from "../format/quantities.ts";
import { displayName } from "./trackedNode.ts";

export interface Problem {
  kind: "outage" | "lost" | "conflict" | "openSearch" | "database";
  text: string;
  nodes: { id: string; hostname: string }[];
  /** Nodes beyond those listed. */
  more: number;
}

/** More names would hide the other problems; the filter "lost" shows them all. */
export const ProblemNodesMax = 8;

/** If at least this many and most nodes are lost at once, the network is the likelier cause. */
const NetworkSuspicionNodesMin = 3;

export function findProblems(statuses: readonly NodeStatus[], collector: CollectorStatus | undefined): Problem[] {
  const problems: Problem[] = [];
  const outage = collector?.outage;
  if (outage !== undefined) problems.push(withoutNodes("outage", outage.text));
  const lost = statuses.filter((status) => status.health === "lost");
  if (lost.length > 0) problems.push(lostNodes(lost, statuses.length, outage !== undefined));
  const conflicts = statuses.filter((status) => status.conflict?.kind.startsWith("duplicate-") === true);
  if (conflicts.length > 0) problems.push(conflictingNodes(conflicts));
  const openSearch = collector?.openSearch;
  if (openSearch?.state === "held") {
    const { backlogDocuments = 0, backlogBytes = 0 } = openSearch;
    const waiting = `${formatCount(backlogDocuments)} documents (${formatBytes(backlogBytes)}) waiting.`;
    problems.push(withoutNodes("openSearch", `OpenSearch accepts no data. ${sentence(openSearch.problem)}${waiting}`));
  }
  const database = collector?.database;
  if (database?.degraded === true) {
    const effect = "Live data still work; history is kept in memory only and lost when the collector stops.";
    problems.push(withoutNodes("database", `The database is degraded. ${sentence(database.problem)}${effect}`));
  }
  return problems;
}

function lostNodes(lost: readonly NodeStatus[], all: number, explained: boolean): Problem {
  const most = !explained && lost.length >= NetworkSuspicionNodesMin && lost.length * 2 > all;
  const count = lost.length === 1 ? "1 node is lost" : `${lost.length} of ${all} nodes are lost`;
  const text = most ? `${count}. This many at once point to the network or the collector's own link:` : `${count}:`;
  return withNodes("lost", text, lost);
}

function conflictingNodes(conflicts: readonly NodeStatus[]): Problem {
  const count = conflicts.length === 1 ? "1 node shares its id" : `${conflicts.length} nodes share an id or a host name`;
  return withNodes("conflict", `${count}, as cloned SD cards do:`, conflicts);
}

function withNodes(kind: Problem["kind"], text: string, nodes: readonly NodeStatus[]): Problem {
  return {
    kind,
    text,
    nodes: nodes.slice(0, ProblemNodesMax).map((status) => ({ id: status.id, hostname: displayName(status) })),
    more: Math.max(0, nodes.length - ProblemNodesMax),
  };
}

function withoutNodes(kind: Problem["kind"], text: string): Problem {
  return { kind, text, nodes: [], more: 0 };
}

function sentence(text: string | undefined): string {
  if (text === undefined || text === "") return "";
  return /[.!?]$/.test(text) ? `${text} ` : `${text}. `;
}
