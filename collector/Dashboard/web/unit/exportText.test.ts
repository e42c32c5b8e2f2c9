import assert from "node:assert/strict";
import { test } from "node:test";
import { exportText } from "../src/overview/exportText.ts";

const plain = ({ value, detail }: { value: string; detail: string }): string =>
  `${value}: ${detail}`.replace(/[\u00a0\u202f]/g, " ");

test("Without a backlog the strip shows the state of the export", () => {
  assert.equal(plain(exportText({ enabled: true, state: "ok", backlogDocuments: 12 })), "ok: 12 waiting");
  assert.equal(plain(exportText({ enabled: true, state: "held" })), "held: 0 waiting");
});

test("While a backlog drains it shows rate, size and remaining time", () => {
  const openSearch = { enabled: true, state: "ok", backlogDocuments: 1_250_000 } as const;
  assert.equal(
    plain(exportText({ ...openSearch, drain: { perSecond: 21_034, secondsLeft: 260 } })),
    "21 034 /s: 1 250 000 left, 4 min",
  );
  assert.equal(plain(exportText({ ...openSearch, drain: { perSecond: 40 } })), "40.0 /s: 1 250 000 waiting");
});
