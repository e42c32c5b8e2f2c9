import type { NodeHealth, NodeStatus } from "../api/contract.ts";
import { coreCount, displayName, isReporting } from "./trackedNode.ts";

export interface ClusterTotals {
  nodes: number;
  health: Record<NodeHealth, number>;
  load: number | undefined;
  cores: number;
  /** Weighted by cores, so that a busy single-core Zero counts less than a busy Pi 5. */
  cpuRatio: number | undefined;
  memoryUsedBytes: number | undefined;
  memoryTotalBytes: number;
  hottest: { id: string; hostname: string; celsius: number } | undefined;
  lossRatio: number | undefined;
}

/** Sums up the nodes that report; the last readings of lost nodes are out of date. */
export function clusterTotals(statuses: Iterable<NodeStatus>): ClusterTotals {
  const totals: ClusterTotals = {
    nodes: 0,
    health: { up: 0, late: 0, lost: 0, left: 0, rebooting: 0 },
    load: undefined,
    cores: 0,
    cpuRatio: undefined,
    memoryUsedBytes: undefined,
    memoryTotalBytes: 0,
    hottest: undefined,
    lossRatio: undefined,
  };
  const datagrams = { received: 0, lost: 0 };
  const cpu = { busyCores: 0, cores: 0 };
  for (const status of statuses) {
    totals.nodes++;
    totals.health[status.health]++;
    datagrams.received += status.received ?? 0;
    datagrams.lost += status.lost ?? 0;
    if (isReporting(status)) addReadings(totals, cpu, status);
  }
  if (cpu.cores > 0) totals.cpuRatio = cpu.busyCores / cpu.cores;
  const sent = datagrams.received + datagrams.lost;
  if (sent > 0) totals.lossRatio = datagrams.lost / sent;
  return totals;
}

function addReadings(totals: ClusterTotals, cpu: { busyCores: number; cores: number }, status: NodeStatus): void {
  const readings = status.readings;
  const cores = coreCount(status) ?? 1;
  totals.cores += cores;
  if (readings === undefined) return;
  if (readings.load?.[0] !== undefined) totals.load = (totals.load ?? 0) + readings.load[0];
  if (readings.cpuRatio !== undefined) {
    cpu.busyCores += readings.cpuRatio * cores;
    cpu.cores += cores;
  }
  if (readings.memoryTotalBytes !== undefined && readings.memoryUsedRatio !== undefined) {
    totals.memoryTotalBytes += readings.memoryTotalBytes;
    totals.memoryUsedBytes = (totals.memoryUsedBytes ?? 0) + readings.memoryTotalBytes * readings.memoryUsedRatio;
  }
  const celsius = readings.temperatureCelsius;
  if (celsius !== undefined && (totals.hottest === undefined || celsius > totals.hottest.celsius)) {
    totals.hottest = { id: status.id, hostname: displayName(status), celsius };
  }
}
