import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatBytes,
  formatCelsius,
  formatCount,
  formatLoad,
  formatLoss,
  formatPercent,
  formatRate,
  formatSeconds,
} from "../src/format/quantities.ts";

/** Replaces no-break spaces by ordinary ones, for tests in which the difference does not matter. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, " ");

test("A value that a node lacks is a dash, not zero", () => {
  assert.equal(formatPercent(undefined), "–");
  assert.equal(formatCelsius(undefined), "–");
  assert.equal(formatLoad(undefined), "–");
  assert.equal(formatBytes(undefined), "–");
  assert.equal(formatRate(undefined), "–");
});

test("Short times have the unit that suits them", () => {
  assert.equal(plain(formatSeconds(2.5)), "2.5 s");
  assert.equal(plain(formatSeconds(0.0123)), "12.3 ms");
  assert.equal(plain(formatSeconds(0.000_045)), "45 µs");
});

test("Ratios become whole percent", () => {
  assert.equal(plain(formatPercent(0)), "0 %");
  assert.equal(plain(formatPercent(0.5514831)), "55 %");
  assert.equal(plain(formatPercent(1)), "100 %");
});

test("Bytes keep three digits and carry into the next unit before they show a thousand", () => {
  assert.equal(plain(formatBytes(0)), "0 B");
  assert.equal(plain(formatBytes(999)), "999 B");
  assert.equal(plain(formatBytes(1000)), "0.98 KiB");
  assert.equal(plain(formatBytes(12_345_678)), "11.8 MiB");
  assert.equal(plain(formatBytes(2 ** 30)), "1.00 GiB");
  assert.equal(plain(formatBytes(8 * 2 ** 30)), "8.00 GiB");
  assert.equal(plain(formatBytes(99.96 * 2 ** 30)), "100 GiB");
});

test("A small loss is not rounded away", () => {
  assert.equal(plain(formatLoss(0)), "0 %");
  assert.equal(plain(formatLoss(0.00001)), "< 0.01 %");
  assert.equal(plain(formatLoss(0.0025)), "0.25 %");
  assert.equal(plain(formatLoss(0.051)), "5.1 %");
  assert.equal(plain(formatLoss(0.4)), "40 %");
});

test("Counts are grouped by three digits", () => {
  assert.equal(plain(formatCount(999)), "999");
  assert.equal(plain(formatCount(48210)), "48 210");
  assert.equal(plain(formatCount(1234567)), "1 234 567");
});

test("A number never parts from its unit at the end of a line", () => {
  for (const text of [formatPercent(0.5), formatBytes(5000), formatCelsius(48.3), formatRate(12)]) {
    assert.doesNotMatch(text, / /);
  }
});
