import assert from "node:assert/strict";
import { test } from "node:test";
import { EntryCharts, entryScale } from "../src/node/chartedEntries.ts";
import { entryLines, LinesMax } from "../src/node/entryLines.ts";

const Network = EntryCharts.find((chart) => chart.title === "Network")!;
const Humidity = EntryCharts.find((chart) => chart.title === "Relative humidity")!;

function historyOf(sections: Record<string, Record<string, Record<string, number[]>>>) {
  const banded = Object.fromEntries(
    Object.entries(sections).map(([section, entries]) => [
      section,
      Object.fromEntries(
        Object.entries(entries).map(([entry, fields]) => [
          entry,
          Object.fromEntries(
            Object.entries(fields).map(([field, avg]) => [field, { unit: "", min: avg, avg, max: avg }]),
          ),
        ]),
      ),
    ]),
  );
  return { from: 0, to: 120_000, step: 60_000, times: [0, 60_000], sections: banded };
}

test("each entry and field has a line, named by both", () => {
  const history = historyOf({
    net: {
      eth0: { networkReceiveBytes: [1, 2], networkTransmitBytes: [3, 4] },
      wlan0: { networkReceiveBytes: [5, 6] },
    },
    sensors: { bme280: { sensorHumidityRatio: [0.4, 0.5] } },
  });
  assert.deepEqual(
    entryLines(history, Network).lines.map((line) => line.name),
    ["eth0 in", "wlan0 in", "eth0 out"],
  );
  assert.deepEqual(entryLines(history, Humidity), { lines: [{ name: "bme280", values: [0.4, 0.5] }], left: 0 });
  assert.deepEqual(entryLines(historyOf({}), Network), { lines: [], left: 0 });
});

test("of too many lines those with the largest values are kept, in their order", () => {
  const entries = Object.fromEntries(
    Array.from({ length: LinesMax + 3 }, (_, index) => [`eth${index}`, { networkReceiveBytes: [index, 0] }]),
  );
  const { lines, left } = entryLines(historyOf({ net: entries }), Network);
  assert.equal(left, 3);
  assert.deepEqual(
    lines.map((line) => line.name),
    Array.from({ length: LinesMax }, (_, index) => `eth${index + 3} in`),
  );
});

test("an axis shows a steady value as steady, and a share never above the whole", () => {
  assert.deepEqual(entryScale(Network, 0, 10), [0, 1024]);
  assert.deepEqual(entryScale(Network, 0, 10_000), [0, 10_800]);
  const [low, high] = entryScale(Humidity, 0.98, 0.99);
  assert.equal(high, 1);
  assert.ok(low > 0.88 && low < 0.89);
});
