import type { NodeStatus } from "../src/api/contract.ts";

export function sampleNode(changes: Partial<NodeStatus> = {}): NodeStatus {
  return {
    id: "9f3c2a1b00c0ffee",
    hostname: "pi-01",
    health: "up",
    healthSince: 1_000,
    lastSeen: 2_000,
    silence: 840,
    received: 100,
    lost: 0,
    labels: { rack: "a" },
    about: { board: "Raspberry Pi 4", cores: 4 },
    readings: {
      cpuRatio: 0.12,
      memoryUsedRatio: 0.25,
      memoryTotalBytes: 4e9,
      temperatureCelsius: 48.3,
      load: [0.4, 0.3, 0.2],
    },
    ...changes,
  };
}
