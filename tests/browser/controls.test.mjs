// What the reader can do with the page: filter, sort, keys, theme, the view of one node. Against a scripted collector.
import assert from "node:assert/strict";
import { keepScreenshot, tileOf, waitFor } from "./support/browser.mjs";
import { scripted, textOf, waitForText } from "./support/scripted.mjs";
import { simulatedNode, simulatedNodes } from "./support/simulatedNodes.mjs";

const shownNames = (page) => page.locator(".tile-name").allTextContents();

scripted(
  "The filter finds names, labels and state words, and outlives a reload",
  [
    simulatedNode(0, { labels: { role: "web" } }),
    simulatedNode(1, { labels: { role: "db" }, health: "lost", silence: 60_000 }),
    simulatedNode(2, { labels: {} }),
  ],
  async ({ page }) => {
    const filter = page.locator(".filter-input");
    const find = async (text, names) => {
      await filter.fill(text);
      await waitFor(`${names} for "${text}"`, async () => (await shownNames(page)).join() === names.join());
    };
    await find("pi-03", ["pi-03"]);
    await find("web", ["pi-01"]);
    await find("lost", ["pi-02"]);
    assert.equal(await textOf(page.locator(".filter-matches")), "1 of 3");
    await page.reload();
    await waitFor("the same filter", async () => (await shownNames(page)).join() === "pi-02");
    await filter.fill("nothing has this name");
    await waitForText(page.locator(".empty"), /No node matches/);
    await page.getByRole("button", { name: "Show all nodes" }).click();
    await waitFor("all nodes", async () => (await shownNames(page)).length === 3);
  },
);

scripted(
  "The chosen order is kept, and puts lost nodes first by state",
  [
    simulatedNode(0),
    simulatedNode(1, { health: "late", silence: 5_000 }),
    simulatedNode(2, { health: "lost", silence: 60_000 }),
  ],
  async ({ page }) => {
    await page.locator(".sort-select").selectOption("state");
    await waitFor("lost nodes first", async () => (await shownNames(page)).join() === "pi-03,pi-02,pi-01");
    await page.reload();
    await waitFor("the same order", async () => (await shownNames(page)).join() === "pi-03,pi-02,pi-01");
  },
);

scripted("The order by CPU follows the readings", simulatedNodes(3), async ({ collector, page, nodes }) => {
  const send = (...ratios) =>
    collector.update(
      ...nodes.map((node, index) => ({ id: node.id, readings: { ...node.readings, cpuRatio: ratios[index] } })),
    );
  await tileOf(page, nodes[0].id).waitFor();
  send(0.1, 0.5, 0.3);
  await page.locator(".sort-select").selectOption("cpu");
  await waitFor("the busiest first", async () => (await shownNames(page)).join() === "pi-02,pi-03,pi-01");
  send(0.9, 0.5, 0.3);
  await waitFor("the new busiest first", async () => (await shownNames(page)).join() === "pi-01,pi-02,pi-03");
});

scripted("The keyboard alone is enough: slash, Esc, Tab and Enter", simulatedNodes(3), async ({ page, nodes }) => {
  await tileOf(page, nodes[0].id).waitFor();
  const focused = (selector) => page.locator(`${selector}:focus`).waitFor();
  await page.keyboard.press("/");
  await focused(".filter-input");
  await page.keyboard.type("pi-02");
  await waitFor("one tile", async () => (await shownNames(page)).length === 1);
  await page.keyboard.press("Escape");
  await waitFor("all tiles", async () => (await shownNames(page)).length === 3);
  await page.locator(".tile-link").nth(1).focus();
  await page.keyboard.press("Enter");
  await focused(".node h1");
  assert.equal(await textOf(page.locator(".node h1")), "pi-02");
  await page.keyboard.press("Escape");
  await focused(`.tile[data-node="${nodes[1].id}"] .tile-link`);
});

scripted(
  "The theme follows the system until the button chooses one, which outlives a reload",
  simulatedNodes(1),
  async ({ page }) => {
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    await page.locator(".tile").waitFor();
    assert.equal(await theme(), "dark");
    await page.emulateMedia({ colorScheme: "light" });
    await waitFor("light colours", async () => (await theme()) === "light");
    await page.locator(".theme-button").click();
    await page.locator(".theme-button").click();
    assert.equal(await theme(), "dark");
    await page.reload();
    await page.locator(".tile").waitFor();
    assert.equal(await theme(), "dark");
  },
  { options: { colorScheme: "dark" } },
);

scripted("Problems of the collector itself are shown in its words", simulatedNodes(2), async ({ collector, page }) => {
  await page.locator(".tile").first().waitFor();
  assert.equal(await page.locator(".problems").isVisible(), false);
  collector.changeStatus({
    openSearch: {
      enabled: true,
      state: "held",
      backlogDocuments: 48210,
      backlogBytes: 31e6,
      problem: "It answers 403: index read-only.",
    },
    database: { bytes: 5, degraded: true, problem: "The disk is full." },
  });
  await waitForText(
    page.locator(".problems"),
    /OpenSearch accepts no data\. It answers 403: index read-only\. 48 210 documents \(29\.6 MiB\)/,
  );
  await waitForText(page.locator(".problems"), /The database is degraded\. The disk is full\./);
  assert.equal(await textOf(page.locator('[data-cell="openSearch"] .strip-value')), "held");
  collector.changeStatus({});
  await page.locator(".problems").waitFor({ state: "hidden" });
});

scripted(
  "The node view asks for the chosen range and shares its crosshair",
  simulatedNodes(2),
  async ({ collector, page, nodes }) => {
    await tileOf(page, nodes[0].id).locator(".tile-link").click();
    const chart = (reading) => page.locator(`.chart[data-reading="${reading}"]`);
    await waitFor("samples", async () => Number(await chart("cpuRatio").getAttribute("data-samples")) > 100);
    await page.getByRole("button", { name: "24 h" }).click();
    await waitFor("a request for a day", () =>
      collector.requests.some((request) => {
        const query = new URL(request, collector.url).searchParams;
        return request.includes("/history") && Number(query.get("to")) - Number(query.get("from")) === 86_400_000;
      }),
    );
    assert.equal(await page.getByRole("button", { name: "24 h" }).getAttribute("aria-pressed"), "true");
    await chart("cpuRatio")
      .locator(".u-over")
      .hover({ position: { x: 60, y: 50 } });
    for (const reading of ["cpuRatio", "memoryUsedRatio", "temperatureCelsius", "load1"]) {
      await waitForText(chart(reading).locator(".chart-readout"), /avg .*min .*max /);
    }
    await keepScreenshot(page, "scripted-node");
  },
);

scripted(
  "Sections with entries have charts with a line for each entry",
  simulatedNodes(1),
  async ({ page, nodes }) => {
    await tileOf(page, nodes[0].id).locator(".tile-link").click();
    const chart = (title) => page.locator(`.chart[aria-label="${title}"]`);
    await chart("Network").locator(".chart-legend li").first().waitFor();
    const names = await chart("Network").locator(".chart-name").allInnerTexts();
    assert.deepEqual(names, ["eth0 in", "wlan0 in", "eth0 out", "wlan0 out"]);
    assert.match(await chart("Air temperature").locator(".chart-value").innerText(), /^\d+\.\d\s°C$/);
    // A single temperature is the CPU's, and a node without a particle sensor has no particulate matter.
    assert.equal(await chart("Temperatures").isVisible(), false);
    assert.equal(await chart("Particulate matter").isVisible(), false);
    await chart("Network")
      .locator(".u-over")
      .hover({ position: { x: 60, y: 50 } });
    await waitForText(chart("Network").locator(".chart-readout"), /\d\d:\d\d/);
    await keepScreenshot(page, "scripted-entries");
  },
);

scripted(
  "A node without a temperature sensor has no temperature chart",
  [simulatedNode(3)],
  async ({ page, nodes }) => {
    await tileOf(page, nodes[0].id).locator(".tile-link").click();
    await page.locator('.chart[data-reading="cpuRatio"][data-samples]').waitFor();
    assert.equal(await page.locator('.chart[data-reading="temperatureCelsius"]').isVisible(), false);
    assert.equal(await page.locator('.chart[data-reading="load1"]').isVisible(), true);
  },
);

scripted("An unknown node is reported, with a way back", simulatedNodes(1), async ({ page, nodes }) => {
  await tileOf(page, nodes[0].id).waitFor();
  await page.evaluate(() => (window.location.hash = "#/node/no-such-node"));
  await waitForText(page.locator(".node .empty"), /Unknown node: no-such-node/);
  assert.equal(await page.locator(".chart").first().isVisible(), false);
  await page.getByRole("link", { name: "All nodes" }).click();
  await tileOf(page, nodes[0].id).waitFor();
});
