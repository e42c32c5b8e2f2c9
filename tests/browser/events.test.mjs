// What happened, on the page of all nodes and on a node's own.
import assert from "node:assert/strict";
import { keepScreenshot, tileOf, waitFor } from "./support/browser.mjs";
import { scripted, textOf, waitForState, waitForText } from "./support/scripted.mjs";
import { simulatedNodes } from "./support/simulatedNodes.mjs";

const start = Date.now() - 3_600_000;

function event(index, kind, node, text) {
  const about = node === undefined ? {} : { node: node.id, hostname: node.hostname };
  return { id: start + index, time: start + index * 1000, kind, ...about, text, details: {} };
}

scripted(
  "Events are listed newest first, come by the stream, and link to their nodes",
  simulatedNodes(6),
  async ({ collector, page, nodes }) => {
    const [first, second] = nodes;
    collector.raiseSilently(event(1, "collector-started", undefined, "The collector was started."));
    collector.raise(event(2, "joined", first, `Node ${first.hostname} joined at ${first.address}.`));
    const rows = page.locator(".overview .event");
    await waitForText(rows.first(), /joined\s+Node pi-01 joined at/);

    const cause = "Last sample: 84.0 °C, 10 of 1024 MiB memory available.";
    collector.raise(
      event(3, "late", second, `Node ${second.hostname} is late: no datagram for 2.0 s.`),
      event(4, "lost", second, `Node ${second.hostname} is lost: no datagram for 2.9 s. ${cause}`),
      event(5, "network-lost", undefined, "4 of 6 nodes fell silent together: check what they share."),
    );
    await waitForText(rows.first(), /network lost\s+4 of 6 nodes fell silent together/);
    assert.equal(await rows.count(), 5);
    assert.equal(await rows.nth(1).locator(".event-kind").getAttribute("data-level"), "hot");
    await keepScreenshot(page, "scripted-events");

    await rows.nth(1).locator("a").click();
    await page.locator(".node-name", { hasText: second.hostname }).waitFor();
    const own = page.locator(".node .event");
    await waitForText(own.first(), /lost\s+Node pi-02 is lost/);
    assert.equal(await own.count(), 2);
    collector.raise(event(6, "recovered", second, `Node ${second.hostname} reports again after 60 s.`));
    collector.raise(event(7, "recovered", first, `Node ${first.hostname} reports again after 60 s.`));
    await waitForText(own.first(), /recovered\s+Node pi-02 reports again/);
    assert.equal(await own.count(), 3);
    await keepScreenshot(page, "scripted-node-events");
  },
);

scripted("An outage stands above everything while it lasts", simulatedNodes(4), async ({ collector, page, nodes }) => {
  await tileOf(page, nodes[0].id).waitFor();
  const text = "All 4 nodes are silent: the collector's interface eth0 is down: check its cable or Wi-Fi.";
  collector.changeStatus({ outage: { cause: "own-interface", since: start, text } });
  await waitForText(page.locator(".problem").first(), /the collector's interface eth0 is down/);
  await keepScreenshot(page, "scripted-outage");
  collector.changeStatus({});
  await page.locator(".problems").waitFor({ state: "hidden" });
});

scripted("Older events are fetched when asked for", simulatedNodes(2), async ({ collector, page, nodes }) => {
  collector.raise(...Array.from({ length: 45 }, (_, index) => event(index, "joined", nodes[0], `Event ${index}.`)));
  await page.reload();
  const rows = page.locator(".overview .event");
  const older = page.locator(".overview .events-older");
  await waitFor("the newest twenty", async () => (await rows.count()) === 20);
  await older.click();
  await waitFor("forty", async () => (await rows.count()) === 40);
  await older.click();
  await waitFor("all", async () => (await rows.count()) === 45);
  await older.waitFor({ state: "hidden" });
  assert.match(await textOf(rows.last()), /Event 0\./);
});

scripted(
  "An identity conflict and lost multicast have a hint on the tile and a text on the node's page",
  simulatedNodes(4),
  async ({ collector, page, nodes }) => {
    const [clone, muted, rebooting] = nodes;
    await tileOf(page, clone.id).waitFor();
    assert.equal(await page.locator(".tile-hint:visible").count(), 0);
    const conflict = { kind: "duplicate-node", since: start, otherAddress: "10.77.0.99" };
    collector.update({ id: clone.id, health: "up", silence: 0, conflict });
    collector.update({ id: muted.id, health: "up", silence: 0, multicastLost: true });
    collector.update({ id: rebooting.id, health: "rebooting", silence: 0, bye: { reason: "reboot", back: 60 } });
    const hint = tileOf(page, clone.id).locator(".tile-hint");
    await hint.waitFor();
    assert.match(await hint.getAttribute("aria-label"), /Another machine sends the same id, last seen at 10\.77\.0\.99/);
    await tileOf(page, muted.id).locator(".tile-hint").waitFor();
    await waitForState(page, rebooting.id, "rebooting");
    await waitForText(tileOf(page, rebooting.id).locator(".tile-seen"), /^rebooting · reboot, back in \d+ s$/);
    await keepScreenshot(page, "scripted-hints");

    await tileOf(page, clone.id).locator("a").click();
    await waitForText(page.locator(".node-hint"), /Another machine sends the same id/);
    await keepScreenshot(page, "scripted-node-hint");
    collector.update({ id: clone.id, health: "up", silence: 0 });
    await page.locator(".node-hint").waitFor({ state: "hidden" });
  },
);
