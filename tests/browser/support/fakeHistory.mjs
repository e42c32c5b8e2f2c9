import { randomNumbers } from "./simulatedNodes.mjs";

const tiers = [10_000, 60_000, 900_000];

/** The buckets of a range, in the finest tier that gives at most `points` of them. */
function buckets(query, defaultSpan, finest = 0) {
  const to = Number(query.get("to") ?? Date.now());
  const from = Number(query.get("from") ?? to - defaultSpan);
  const points = Number(query.get("points") ?? 500);
  const count = (step) => Math.floor(to / step) - Math.floor(from / step) + 1;
  const step = tiers.slice(finest).find((tier) => count(tier) <= points) ?? tiers[tiers.length - 1];
  const first = Math.floor(from / step) * step;
  return { from, to, step, times: Array.from({ length: count(step) }, (_, index) => first + index * step) };
}

/** A wave with noise that depends on the time alone, so that two requests agree; some with a gap in the middle. */
function wave(times, step, middle, swing, seed) {
  // One node in four was away for a while.
  if (seed % 4 !== 0) return times.map((time) => waveAt(time, step, middle, swing, seed));
  const gapStart = Math.floor(times.length * 0.55);
  const gapEnd = Math.floor(times.length * 0.62);
  return times.map((time, index) => {
    if (index >= gapStart && index < gapEnd) return null;
    return waveAt(time, step, middle, swing, seed);
  });
}

function waveAt(time, step, middle, swing, seed) {
  const noise = randomNumbers(seed + Math.floor(time / step))();
  return Math.max(0, middle + swing * (Math.sin(time / step / 9 + seed) * 0.6 + noise * 0.8 - 0.4));
}

function band(unit, avg, width) {
  const shifted = (by) => avg.map((value) => (value === null ? null : Math.max(0, value + by)));
  return { unit, min: shifted(-width), avg, max: shifted(width * 1.6) };
}

export function fakeNodeHistory(node, query) {
  const range = buckets(query, 3_600_000);
  const { cpuRatio = 0.1, memoryUsedRatio = 0.3, temperatureCelsius, load = [0.3] } = node.readings ?? {};
  const seed = node.received ?? 0;
  const of = (middle, swing) => wave(range.times, range.step, middle, swing, seed);
  return {
    node: node.id,
    hostname: node.hostname,
    ...range,
    readings: {
      cpuRatio: band("ratio", of(cpuRatio, cpuRatio * 0.5), cpuRatio * 0.2),
      memoryUsedRatio: band("ratio", of(memoryUsedRatio, 0.05), 0.01),
      ...(temperatureCelsius === undefined
        ? {}
        : { temperatureCelsius: band("celsius", of(temperatureCelsius, 4), 0.8) }),
      load1: band("1", of(load[0], load[0] * 0.5), load[0] * 0.2),
    },
  };
}

/** Entries of sections: interfaces, and sensors of a HAT. */
export function fakeSectionsHistory(node, query) {
  const range = buckets(query, 3_600_000, 1);
  const of = (unit, middle, seed) => band(unit, wave(range.times, range.step, middle, middle / 4, seed), middle / 20);
  const carried = (seed) => ({
    networkReceiveBytes: of("bytesPerSecond", 400_000, seed),
    networkTransmitBytes: of("bytesPerSecond", 90_000, seed + 1),
  });
  return {
    node: node.id,
    hostname: node.hostname,
    ...range,
    sections: {
      net: { eth0: carried(1), wlan0: carried(3) },
      sensors: { bme280: { sensorTemperatureCelsius: of("celsius", 21, 5) } },
      temps: { cpu: { temperatureCelsius: of("celsius", 50, 7) } },
    },
  };
}

export function fakeReadingHistory(nodes, query) {
  const range = buckets(query, 600_000);
  const entries = nodes.map((node, index) => {
    const middle = node.readings?.[query.get("reading")] ?? 0.1;
    return [
      node.id,
      wave(range.times, range.step, middle, middle * 0.6, index).map((value) => value && Math.min(1, value)),
    ];
  });
  return { reading: query.get("reading"), unit: "ratio", ...range, nodes: Object.fromEntries(entries) };
}
