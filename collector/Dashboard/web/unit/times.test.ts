import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMoment, formatSpan, formatUptime } from "../src/format/times.ts";
import { formatPointed, timeTicks } from "../src/node/timeAxis.ts";

const plain = (text: string): string => text.replace(/\u00a0/g, " ");
const noon = new Date(2026, 10, 21, 14, 2, 31).getTime();
const Hour = 3_600_000;

test("A span is one whole unit, rounded down", () => {
  assert.equal(plain(formatSpan(-5)), "0 s");
  assert.equal(plain(formatSpan(1_999)), "1 s");
  assert.equal(plain(formatSpan(119_999)), "119 s");
  assert.equal(plain(formatSpan(120_000)), "2 min");
  assert.equal(plain(formatSpan(260_000)), "4 min");
  assert.equal(plain(formatSpan(30 * Hour)), "30 h");
  assert.equal(plain(formatSpan(72 * Hour)), "3 d");
});

test("An uptime is two units", () => {
  assert.equal(plain(formatUptime(45)), "45 s");
  assert.equal(plain(formatUptime(60_000)), "16 h 40 min");
  assert.equal(plain(formatUptime(90_000)), "1 d 1 h");
});

test("A moment of another day has its day in front", () => {
  assert.equal(formatMoment(noon, noon + 60_000), "14:02:31");
  assert.equal(plain(formatMoment(noon, noon + 24 * Hour)), "21 Nov 14:02:31");
});

test("Ticks show the day where it changes, and seconds only where they differ", () => {
  const midnight = new Date(2026, 10, 22).getTime();
  assert.deepEqual(timeTicks([midnight - 4 * Hour, midnight, midnight + 4 * Hour], 4 * Hour).map(plain), [
    "20:00",
    "22 Nov",
    "04:00",
  ]);
  assert.deepEqual(timeTicks([noon, noon + 10_000], 10_000), ["14:02:31", "14:02:41"]);
});

test("The crosshair names the day in charts of several days", () => {
  assert.equal(formatPointed(noon, Hour), "14:02:31");
  assert.equal(plain(formatPointed(noon, 7 * 24 * Hour)), "21 Nov 14:02");
});
