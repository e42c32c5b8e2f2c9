import assert from "node:assert/strict";
import { test } from "node:test";
import { CounterRates } from "../src/node/counterRates.ts";

test("A rate needs two samples and follows the node's own clock", () => {
  const rates = new CounterRates();
  assert.equal(rates.rate("rx", 1000, 10_000), undefined);
  assert.equal(rates.rate("rx", 3000, 12_000), 1000);
  assert.equal(rates.rate("tx", 5, 12_000), undefined);
});

test("A repeated call for the same sample returns the same rate", () => {
  const rates = new CounterRates();
  rates.rate("rx", 1000, 10_000);
  assert.equal(rates.rate("rx", 3000, 12_000), 1000);
  assert.equal(rates.rate("rx", 3000, 12_000), 1000);
});

test("A counter reset, a backward clock step and a missing value have no rate", () => {
  const rates = new CounterRates();
  rates.rate("rx", 1000, 10_000);
  assert.equal(rates.rate("rx", 10, 11_000), undefined);
  assert.equal(rates.rate("rx", 20, 5_000), undefined);
  assert.equal(rates.rate("rx", 30, 6_000), 10);
  assert.equal(rates.rate("rx", undefined, 7_000), undefined);
  assert.equal(rates.rate("rx", 40, 8_000), undefined);
});

test("A counter that reads 0 once has not been reset", () => {
  const rates = new CounterRates();
  rates.rate("rx", 50_000_000, 1000);
  assert.equal(rates.rate("rx", 51_000_000, 2000), 1_000_000);
  assert.equal(rates.rate("rx", 0, 3000), undefined);
  assert.equal(rates.rate("rx", 53_000_000, 4000), 1_000_000);
  assert.equal(rates.rate("rx", 54_000_000, 5000), 1_000_000);
});
