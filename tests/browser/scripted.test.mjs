// The built page in a real browser against a scripted collector: what a healthy cluster will not show on demand.
import assert from "node:assert/strict";
import { horizontalOverflow, keepScreenshot, tileOf, waitFor } from "./support/browser.mjs";
import { scripted, textOf, waitForState, waitForText } from "./support/scripted.mjs";
import { simulatedNode, simulatedNodes } from "./support/simulatedNodes.mjs";

scripted(
  "A lost node is unmistakable, announced, listed as a problem, and recovers",
  simulatedNodes(6),
  async ({ collector, page, nodes }) => {
    const node = nodes[2];
    const tile = tileOf(page, node.id);
    await tile.waitFor();
    assert.equal(await page.locator(".problems").isVisible(), false);

    const lastSeen = Date.now() - 260_000;
    collector.update({ id: node.id, health: "lost", lastSeen, silence: 260_000 });
    await waitForState(page, node.id, "lost");
    assert.equal(await textOf(tile.locator(".tile-state")), "LOST");
    const clock = await page.evaluate((time) => new Date(time).toTimeString().slice(0, 8), lastSeen);
    assert.equal(await textOf(tile.locator(".tile-seen")), `LOST · last seen ${clock} (4 min ago)`);
    assert.equal(
      await tile.locator(".tile-cpu-value").evaluate((value) => getComputedStyle(value).textDecorationLine),
      "line-through",
    );
    await waitForText(page.locator(".problems"), new RegExp(`1 node is lost:\\s*${node.hostname}`));
    assert.equal(await page.locator(".announcer").textContent(), `${node.hostname} lost.`);
    assert.match(await page.title(), /^\(1 lost\)/);
    assert.equal(await textOf(page.locator('.strip-count[data-health="lost"] .strip-value')), "1");
    await keepScreenshot(page, "scripted-lost");

    collector.update({ id: node.id, health: "up", lastSeen: Date.now(), silence: 0, readings: node.readings });
    await waitForState(page, node.id, "up");
    await page.locator(".problems").waitFor({ state: "hidden" });
    assert.equal(await page.locator(".announcer").textContent(), `${node.hostname} recovered.`);
    assert.equal(await page.title(), "NodeTelemetry");
  },
);

scripted("A late node says so, and its silence counts on", simulatedNodes(3), async ({ collector, page, nodes }) => {
  await tileOf(page, nodes[0].id).waitFor();
  collector.update({ id: nodes[0].id, health: "late", silence: 5_000 });
  await waitForState(page, nodes[0].id, "late");
  const seen = tileOf(page, nodes[0].id).locator(".tile-seen");
  await waitForText(seen, /^late · seen 5 s ago$/);
  await waitForText(seen, /^late · seen 7 s ago$/);
});

scripted(
  "A node that left says why and when it will be back, and forgets the goodbye when it is back",
  simulatedNodes(3),
  async ({ collector, page, nodes }) => {
    await tileOf(page, nodes[1].id).waitFor();
    collector.update({ id: nodes[1].id, health: "left", silence: 0, bye: { reason: "reboot", back: 60 } });
    await waitForState(page, nodes[1].id, "left");
    const seen = tileOf(page, nodes[1].id).locator(".tile-seen");
    await waitForText(seen, /^left · reboot, back in (60|59|58) s$/);
    assert.equal(await page.locator(".problems").isVisible(), false, "a planned stop is no problem");
    collector.update({ id: nodes[1].id, health: "up", silence: 0 });
    await waitForText(seen, /^seen \d+ s ago$/);
  },
);

scripted(
  "The banner shows that the data are frozen, and disappears when the collector is back",
  simulatedNodes(4),
  async ({ collector, page, nodes }) => {
    await tileOf(page, nodes[0].id).waitFor();
    const top = () => tileOf(page, nodes[0].id).evaluate((tile) => tile.getBoundingClientRect().top);
    const topBefore = await top();
    await collector.stop();
    const banner = page.locator(".banner");
    await waitForText(banner, /Connection to the collector lost: data frozen at \d\d:\d\d:\d\d/);
    assert.equal(await top(), topBefore, "the banner moved the tiles");
    const frozen = await textOf(tileOf(page, nodes[0].id).locator(".tile-seen"));
    await keepScreenshot(page, "scripted-frozen");

    collector.changeSilently({ id: nodes[0].id, hostname: "renamed-meanwhile" });
    // Several attempts to connect: more than a second, in which a counter that still ran would show.
    const begun = performance.now();
    await waitFor("attempts to connect", () => performance.now() - begun > 3_000);
    assert.equal(await textOf(tileOf(page, nodes[0].id).locator(".tile-seen")), frozen);
    await collector.start();
    await banner.waitFor({ state: "hidden", timeout: 20_000 });
    await waitForText(tileOf(page, nodes[0].id).locator(".tile-name"), /^renamed-meanwhile$/);
  },
  { mayComplain: true },
);

scripted(
  "The banner's button connects at once, and only one connection stays",
  simulatedNodes(1),
  async ({ collector, page }) => {
    await page.locator(".tile").waitFor();
    await collector.stop();
    await page.locator(".banner").waitFor();
    await collector.start();
    await page.getByRole("button", { name: "Try now" }).click();
    await page.locator(".banner").waitFor({ state: "hidden", timeout: 20_000 });
    assert.equal(collector.streamCount, 1, "an old connection was left open");
  },
  { mayComplain: true },
);

scripted("A connection that is open but silent counts as broken", simulatedNodes(1), async ({ collector, page }) => {
  await page.locator(".tile").waitFor();
  collector.fallSilent();
  // The page allows for nine seconds of silence before it reconnects.
  await page.locator(".banner").waitFor({ timeout: 20_000 });
  await page.locator(".banner").waitFor({ state: "hidden" });
  assert.equal(collector.streamCount, 1);
});

scripted(
  "Without nodes the page says how to start an agent, and shows the first one that comes",
  [],
  async ({ collector, page }) => {
    await waitForText(page.locator(".empty"), /No node has reported yet[^]*nodetelemetry-agent/);
    collector.changeStatus({ joining: { addresses: ["192.168.1.5"], port: 6077, signed: false } });
    await waitForText(page.locator(".empty"), /"Target":"192\.168\.1\.5:6077"[^]*run --target 192\.168\.1\.5:6077/);
    assert.doesNotMatch(await textOf(page.locator(".empty")), /key new/);
    await keepScreenshot(page, "scripted-empty");
    collector.changeStatus({ joining: { addresses: ["192.168.1.5"], port: 6077, signed: true } });
    await waitForText(page.locator(".empty"), /accepts only nodes that sign[^]*key new[^]*"KeyFile"/);
    await keepScreenshot(page, "scripted-empty-signed");
    const node = simulatedNode(0);
    collector.update(node);
    await tileOf(page, node.id).waitFor();
    assert.equal(await page.locator(".empty").isVisible(), false);
    collector.remove(node.id);
    await page.locator(".empty").waitFor();
    assert.equal(await page.locator(".tile").count(), 0);
  },
);

const hostileNames = [
  `<img src=x onerror="document.title='hacked'">`,
  "a-very-long-host-name-".repeat(12),
  "\u202emoc.elpmaxe\u202c-شبكة-المكتب",
  "x".repeat(250),
  "\u0007\u0000 control",
  "",
];

for (const width of [360, 1360]) {
  scripted(
    `Hostile host names are text and keep their tile's shape at ${width} px`,
    hostileNames.map((hostname, index) =>
      simulatedNode(index, { hostname, labels: { rack: hostname }, health: index < 2 ? "lost" : "up" }),
    ),
    async ({ page, nodes }) => {
      await tileOf(page, nodes[0].id).waitFor();
      assert.equal(await page.locator("img").count(), 0);
      assert.doesNotMatch(await page.title(), /hacked/);
      assert.equal(await tileOf(page, nodes[0].id).locator(".tile-name").textContent(), hostileNames[0]);
      assert.equal(
        await tileOf(page, nodes[5].id).locator(".tile-name").textContent(),
        nodes[5].id,
        "a nameless node shows its id",
      );
      assert.equal(await horizontalOverflow(page), 0);
      const heights = await page
        .locator(".tile")
        .evaluateAll((tiles) => [...new Set(tiles.map((tile) => tile.offsetHeight))]);
      assert.equal(heights.length, 1, `tiles of different heights: ${heights}`);
      // The state stands inside its tile, however long the name before it is.
      const inside = await page.locator(".tile").evaluateAll((tiles) =>
        tiles.every((tile) => {
          const outer = tile.getBoundingClientRect();
          const state = tile.querySelector(".tile-state").getBoundingClientRect();
          return state.width > 0 && state.right <= outer.right && state.left >= outer.left;
        }),
      );
      assert.ok(inside);
      await keepScreenshot(page, `scripted-hostile-${width}`);
      await page.goto(`${page.url()}#/node/${nodes[1].id}`);
      await page.locator(".chart").first().waitFor();
      assert.equal(await horizontalOverflow(page), 0);
    },
    { options: { viewport: { width, height: 740 } } },
  );
}

/** CPU time of the page, including painting in software: 0.1 s on two shared cores. */
const updateSecondsMax = 0.4;

scripted(
  "200 nodes: updating all of them is little work and moves no tile",
  simulatedNodes(200),
  async ({ collector, page, nodes }) => {
    await waitFor("200 tiles", async () => (await page.locator(".tile").count()) === 200);
    const places = () =>
      page
        .locator(".tile")
        .evaluateAll((tiles) =>
          tiles.map(({ dataset, offsetLeft, offsetTop, offsetWidth, offsetHeight }) =>
            [dataset.node, offsetLeft, offsetTop, offsetWidth, offsetHeight].join(" "),
          ),
        );
    const placesBefore = await places();
    const devTools = await page.context().newCDPSession(page);
    // Processor time: what other programs of a busy machine take does not count.
    await devTools.send("Performance.enable", { timeDomain: "threadTicks" });
    const busySeconds = async () => {
      const { metrics } = await devTools.send("Performance.getMetrics");
      return metrics.find((metric) => metric.name === "TaskDuration").value;
    };
    const cpuPercent = (index, round) => (index * 7 + round * 31) % 101;
    const rounds = 5;
    const busyBefore = await busySeconds();
    for (let round = 1; round <= rounds; round++) {
      const common = { lastSeen: Date.now(), silence: 0, received: 5000 + round };
      collector.update(
        ...nodes.map((node, index) => {
          const cpuRatio = cpuPercent(index, round) / 100;
          const readings = {
            ...node.readings,
            cpuRatio,
            temperatureCelsius: 30 + ((index + round * 13) % 60),
            load: [round * 37.5],
          };
          return { id: node.id, ...common, readings };
        }),
      );
      const last = tileOf(page, nodes[199].id).locator(".tile-cpu-value");
      await last.getByText(`${cpuPercent(199, round)}\u00a0%`, { exact: true }).waitFor({ state: "attached" });
    }
    const secondsPerRound = ((await busySeconds()) - busyBefore) / rounds;
    assert.deepEqual(await places(), placesBefore);
    assert.ok(secondsPerRound < updateSecondsMax, `${Math.round(secondsPerRound * 1000)} ms of work for each round`);
    await keepScreenshot(page, "scripted-200");
  },
);

scripted(
  "A node's page has a table for each section with entries, with rates and problems",
  [
    simulatedNode(0, {
      readings: {
        ...simulatedNode(0).readings,
        time: 1_000_000,
        throttledUndervoltageNow: 1,
        throttledThrottledNow: 0,
        clockSynchronised: 0,
        disk: {
          "/": { fs: "ext4", filesystemSizeBytes: 32e9, filesystemAvailableBytes: 1e9, filesystemUsedRatio: 0.97 },
          "/mnt/nfs": { fs: "nfs4", filesystemStuck: 1 },
        },
        net: { eth0: { networkReceiveBytes: 1_000_000, networkUp: 1, networkSpeedBytesPerSecond: 125e6 } },
        sensors: { bme280: { chip: "BME280", sensorTemperatureCelsius: 21.5, sensorHumidityRatio: 0.41 } },
      },
    }),
  ],
  async ({ collector, page, nodes }) => {
    await tileOf(page, nodes[0].id).click();
    const table = (title) => page.locator(".section", { has: page.locator("h2", { hasText: new RegExp(`^${title}$`) }) });
    await waitForText(table("File systems").locator("tbody tr").nth(0), /^\/\s*97\s%/);
    await waitForText(table("File systems").locator("tbody tr").nth(1), /does not respond/);
    await waitForText(table("Sensors").locator("tbody tr"), /21\.5\s°C · 41\s% RH/);
    assert.equal(await table("Fans").isVisible(), false);
    assert.match(await textOf(page.locator(".facts")), /under-voltage now/);
    assert.match(await textOf(page.locator(".facts")), /not synchronised/);

    const readings = structuredClone(nodes[0].readings);
    readings.time += 2_000;
    readings.net.eth0.networkReceiveBytes += 4096;
    delete readings.disk["/mnt/nfs"];
    collector.update({ id: nodes[0].id, readings });
    await waitForText(table("Network").locator("tbody tr"), /2\.00\sKiB\/s.*1\s?000\sMbit\/s/);
    assert.equal(await table("File systems").locator("tbody tr").count(), 1);
    await keepScreenshot(page, "scripted-sections");
  },
);
