// The page in a real browser against a real collector, whose address is in NODETELEMETRY_URL. At least one agent must
// be sending to it: the tests compare what the API says with what the page shows, and wait for an update to arrive.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { followLive } from "./support/liveEvents.mjs";
import {
  deadlineMilliseconds,
  horizontalOverflow,
  keepScreenshot,
  launchBrowser,
  noBrowser,
  openPage,
  tileOf,
  waitFor,
} from "./support/browser.mjs";

const address = process.env.NODETELEMETRY_URL?.replace(/\/*$/, "/");
const skip = !address ? "no collector: name its address in NODETELEMETRY_URL" : (noBrowser ?? false);

/** The page must show what the stream brought within this time. */
const updateDeadlineMilliseconds = 1_000;

let browser;
let overview;

before(async () => {
  if (skip) return;
  browser = await launchBrowser();
  overview = await openPage(browser, address);
  await overview.page.locator(".tile").first().waitFor();
});

after(() => browser?.close());

async function listNodes() {
  const response = await fetch(new URL("api/nodes", address));
  assert.equal(response.status, 200);
  return (await response.json()).nodes;
}

test("The page shows every node of /api/nodes with its name and state", { skip }, async () => {
  const { page } = overview;
  // The two are read one after the other; a node that changed in between is read again.
  await waitFor("page and API to agree", async () => {
    const nodes = await listNodes();
    assert.ok(nodes.length > 0, "no agent is sending to this collector");
    const expected = nodes.map(({ id, hostname, health }) => `${id} ${hostname} ${health}`).sort();
    const shown = await page.locator(".tile").evaluateAll((tiles) =>
      tiles.map((tile) => {
        const text = (selector) => tile.querySelector(selector).textContent;
        return `${tile.dataset.node} ${text(".tile-name")} ${text(".tile-state").toLowerCase()}`;
      }),
    );
    return shown.sort().join("\n") === expected.join("\n");
  });
  await keepScreenshot(page, "live-overview");
});

test("The page lists the newest event of /api/events", { skip }, async () => {
  const { page } = overview;
  await waitFor("page and API to agree", async () => {
    const { events } = await (await fetch(new URL("api/events?limit=1", address))).json();
    return (await page.locator(".overview .event-text").first().textContent()) === events[0].text;
  });
});

test("The strip counts the nodes and shows the collector's memory", { skip }, async () => {
  const { page } = overview;
  const nodes = await listNodes();
  const counted = await waitFor("the counts", async () => {
    const counts = await page.locator(".strip-count .strip-value").allTextContents();
    return counts.reduce((sum, count) => sum + Number(count), 0) === nodes.length;
  });
  assert.ok(counted);
  await waitFor("the collector's memory", async () =>
    /^\d[\d.]*\s[KMG]iB$/.test(await page.locator('[data-cell="collector"] .strip-value').innerText()),
  );
});

test("An update is on the page within a second of arriving in the stream", { skip }, async () => {
  const { page } = overview;
  const live = await followLive(address, deadlineMilliseconds);
  try {
    const { changed, receivedAt } = await live.next((event) => {
      if (event.name !== "update") return undefined;
      const node = event.data.nodes.find((each) => each.lastSeen !== undefined && each.readings !== undefined);
      return node && { changed: node, receivedAt: performance.now() };
    });
    await page.waitForFunction(
      ([id, lastSeen]) => {
        const seen = document.querySelector(`.tile[data-node=${JSON.stringify(id)}] time`);
        return seen !== null && Date.parse(seen.dateTime) >= lastSeen;
      },
      [changed.id, changed.lastSeen],
      { polling: 10, timeout: deadlineMilliseconds },
    );
    const took = performance.now() - receivedAt;
    assert.ok(took < updateDeadlineMilliseconds, `it took ${Math.round(took)} ms`);
  } finally {
    live.close();
  }
});

test("The time since a node was seen goes on by itself and starts again with each datagram", { skip }, async () => {
  const { page } = overview;
  const up = (await listNodes()).find((node) => node.health === "up");
  assert.ok(up, "no node is up");
  // Recorded in the page, where no change is missed between two looks.
  const seen = tileOf(page, up.id).locator(".tile-seen");
  await seen.evaluate((element) => {
    window.seenTexts = [element.textContent];
    new MutationObserver(() => window.seenTexts.push(element.textContent)).observe(element, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  const beganAt = Date.parse(await seen.getAttribute("datetime"));
  await waitFor("another datagram", async () => Date.parse(await seen.getAttribute("datetime")) > beganAt);
  assert.match(await seen.innerText(), /seen \d+\ss ago/);
  await waitFor("the counter to move", () => page.evaluate(() => new Set(window.seenTexts).size > 1));
});

test("The node view opens from its tile and draws charts", { skip }, async () => {
  const { page } = overview;
  const [node] = await listNodes();
  await tileOf(page, node.id).locator(".tile-link").click();
  await page.waitForURL((url) => url.hash === `#/node/${encodeURIComponent(node.id)}`);
  assert.equal(await page.locator(".node h1").innerText(), node.hostname);
  await page.getByRole("button", { name: "5 min" }).click();
  const cpu = page.locator('.chart[data-reading="cpuRatio"]');
  // The first bucket is written when it is full, so a collector that has just started needs its time.
  await waitFor("samples in the CPU chart", async () => Number(await cpu.getAttribute("data-samples")) > 0, 60_000);
  const painted = await cpu.locator("canvas").evaluate((canvas) =>
    canvas
      .getContext("2d")
      .getImageData(0, 0, canvas.width, canvas.height)
      .data.some((value) => value !== 0),
  );
  assert.ok(painted, "the chart is blank");
  await page.locator(".node-json summary").click();
  // It is filled once the toggle event has fired.
  const json = page.locator(".node-json pre");
  await waitFor("the raw status", async () => (await json.innerText()).includes(`"id": "${node.id}"`));
  await keepScreenshot(page, "live-node");
  await page.keyboard.press("Escape");
  await tileOf(page, node.id).waitFor();
});

test("Nothing scrolls sideways at the width of a phone", { skip }, async () => {
  const phone = await openPage(browser, address, { viewport: { width: 360, height: 740 } });
  await phone.page.locator(".tile").first().waitFor();
  assert.equal(await horizontalOverflow(phone.page), 0);
  await keepScreenshot(phone.page, "live-phone");
  await phone.page.locator(".tile-link").first().click();
  await phone.page.locator(".chart").first().waitFor();
  assert.equal(await horizontalOverflow(phone.page), 0);
  assert.deepEqual(phone.complaints, []);
  await phone.close();
});

test("No script or console error, and no request to another origin", { skip }, () => {
  assert.deepEqual(overview.complaints, []);
  assert.deepEqual(overview.strayRequests, []);
});

test("Eight tabs of a browser load over HTTP/1.1, which allows six connections, and show updates", { skip }, async () => {
  const context = await browser.newContext();
  try {
    const tabs = [];
    for (let tab = 0; tab < 8; tab++) {
      const page = await context.newPage();
      page.setDefaultTimeout(deadlineMilliseconds);
      await page.goto(address);
      await page.locator(".tile").first().waitFor();
      tabs.push(page);
    }

    // All of them stay live through the one stream.
    for (const page of tabs) {
      const before = await page.evaluate(() => document.body.innerText);
      await waitFor("an update", async () => (await page.evaluate(() => document.body.innerText)) !== before);
      assert.equal(await page.evaluate(() => document.body.dataset.frozen), "false");
    }
    const metrics = await (await fetch(new URL("metrics", address))).text();
    const streams = Number(/^nodetelemetry_collector_live_subscribers (\d+)/m.exec(metrics)[1]);
    assert.ok(streams <= 3, `${streams} streams`);
  } finally {
    await context.close();
  }
});
