// The alerts on the built page, in a real browser against a scripted collector.
import assert from "node:assert/strict";
import { horizontalOverflow, keepScreenshot, tileOf } from "./support/browser.mjs";
import { scripted, textOf, waitForText } from "./support/scripted.mjs";
import { simulatedNodes } from "./support/simulatedNodes.mjs";

const alert = (node, rule, severity, summary, minutes, more = {}) => ({
  rule,
  severity,
  state: "firing",
  node: node.id,
  hostname: node.hostname,
  since: Date.now() - minutes * 60_000,
  summary,
  ...more,
});

scripted(
  "Alerts stand above the tiles with severity, age and silence, and go when they are over",
  simulatedNodes(4),
  async ({ collector, page, nodes }) => {
    await tileOf(page, nodes[0].id).waitFor();
    const card = page.locator(".alerts");
    assert.equal(await card.isVisible(), false);

    collector.setAlerts(
      [
        alert(nodes[0], "node-lost", "critical", `Node ${nodes[0].hostname} is lost.`, 7),
        alert(nodes[1], "hot", "warning", "The CPU is hot (84 °C). <b>not bold</b>", 200, { silencedBy: "a1" }),
        { ...alert(nodes[2], "memory", "warning", "Memory is nearly used up.", 1), state: "pending" },
      ],
      [{ name: "phone", type: "ntfy", waiting: 1, problem: "It answered 401." }],
    );
    await waitForText(card, /Alerts: 1 firing, 1 silenced/);
    const lost = card.locator('[data-rule="node-lost"]');
    assert.match(await textOf(lost), /critical\s+Node .* is lost\.\s+for 7 min\s+node/);
    assert.match(await textOf(card.locator("[data-silenced]")), /84 °C\)\. <b>not bold<\/b>\s+for 3 h\s+node\s+silenced/);
    assert.equal(await card.locator('[data-rule="memory"]').count(), 0, "pending alerts are not shown");
    assert.match(await textOf(card.locator('[data-channel="phone"]')), /not delivered by phone \(ntfy\): It answered 401\./);
    await keepScreenshot(page, "alerts");

    await page.setViewportSize({ width: 360, height: 740 });
    assert.equal(await horizontalOverflow(page), 0);
    await keepScreenshot(page, "alerts-phone");

    await lost.locator("a").click();
    await page.locator(".node-page, .node").first().waitFor();
    await page.goBack();
    collector.setAlerts([]);
    await card.waitFor({ state: "hidden" });
  },
);

scripted("A storm of alerts leaves room for the nodes", simulatedNodes(3), async ({ collector, page, nodes }) => {
  await tileOf(page, nodes[0].id).waitFor();
  collector.setAlerts(
    Array.from({ length: 100 }, (_, index) => alert({ id: `n${index}`, hostname: `n${index}` }, "node-lost", "critical", `n${index} is lost.`, 1)),
  );
  await waitForText(page.locator(".alerts"), /Alerts: 100 firing[^]*and 88 more/);
  assert.equal(await page.locator(".alerts .alert").count(), 13);
});

scripted("A problem shown above is not repeated as an alert", simulatedNodes(3), async ({ collector, page, nodes }) => {
  await tileOf(page, nodes[0].id).waitFor();
  collector.setAlerts([
    alert(nodes[0], "node-lost", "critical", `Node ${nodes[0].hostname} is lost.`, 1),
    alert(nodes[1], "hot", "warning", "The CPU is hot.", 1),
  ]);
  collector.update({ id: nodes[0].id, health: "lost", lastSeen: Date.now() - 60_000, silence: 60_000 });
  await waitForText(page.locator(".alerts"), /Alerts: 2 firing \(1 of them above\)/);
  assert.equal(await page.locator('.alerts [data-rule="node-lost"]').count(), 0);
  assert.match(await textOf(page.locator(".problems")), new RegExp(nodes[0].hostname));
});
