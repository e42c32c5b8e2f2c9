// Nodes as the collector's API describes them, with readings that look like those of a small cluster.

const boards = [
  ["Raspberry Pi 4 Model B Rev 1.4", "arm64", 4, 4_000_000_000],
  ["Raspberry Pi 5 Model B Rev 1.0", "arm64", 4, 8_000_000_000],
  ["Raspberry Pi Zero 2 W Rev 1.0", "arm", 4, 460_000_000],
  ["ODROID-HC1", "arm", 8, 2_000_000_000],
];

/** A seeded generator, so that a failure can be repeated. */
export function randomNumbers(seed) {
  // Neighbouring seeds would begin with almost the same number.
  let state = Math.imul(seed + 1, 2654435761) >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

export function simulatedNode(index, changes = {}) {
  const [board, arch, cores, memoryTotalBytes] = boards[index % boards.length];
  const random = randomNumbers(index + 1);
  const now = Date.now();
  const cpuRatio = index % 11 === 5 ? 0.72 : index % 13 === 7 ? 0.96 : 0.03 + random() * 0.4;
  const memoryUsedRatio = index % 9 === 4 ? 0.93 : 0.15 + random() * 0.5;
  return {
    id: (0x9f3c2a1b00c00000n + BigInt(index)).toString(16),
    hostname: `pi-${String(index + 1).padStart(2, "0")}`,
    health: "up",
    healthSince: now - 3_600_000,
    firstSeen: now - 86_400_000,
    lastSeen: now,
    silence: 0,
    interval: 2000,
    address: `10.77.0.${(index % 250) + 1}`,
    version: 1,
    received: 1200 + index,
    lost: index % 5 === 0 ? 2 : 0,
    duplicates: 0,
    labels: { rack: "abcd"[index % 4], role: ["web", "db", "build"][index % 3] },
    about: {
      board,
      arch,
      os: "Debian GNU/Linux 12 (bookworm)",
      kernel: "6.6.20+rpt-rpi-v8",
      agent: "0.1.0",
      cores,
      addresses: [`10.77.0.${(index % 250) + 1}`],
    },
    readings: {
      time: now,
      uptimeSeconds: 60_000 + index * 7_777,
      cpuRatio,
      coreRatios: Array.from({ length: cores }, () => cpuRatio),
      cpuHertz: 1_500_000_000,
      ...(index % 4 === 3 ? {} : { temperatureCelsius: 42 + cpuRatio * 38 + random() * 5 }),
      load: [cpuRatio * cores, cpuRatio * cores * 0.9, cpuRatio * cores * 0.8],
      memoryTotalBytes,
      memoryAvailableBytes: memoryTotalBytes * (1 - memoryUsedRatio),
      memoryUsedRatio,
    },
    ...changes,
  };
}

export function simulatedNodes(count) {
  return Array.from({ length: count }, (_, index) => simulatedNode(index));
}
