import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { notBuilt } from "./builtPage.mjs";
import { deadlineMilliseconds, launchBrowser, noBrowser, openPage, waitFor } from "./browser.mjs";
import { FakeCollector } from "./fakeCollector.mjs";

let browser;

before(async () => {
  if (noBrowser) return;
  assert.equal(notBuilt, undefined, notBuilt);
  browser = await launchBrowser();
});

after(() => browser?.close());

/**
 * One test with its own scripted collector and page. Afterwards the page must have sent nothing to another origin, and
 * must have had nothing to complain about, unless the test breaks its connections.
 */
export function scripted(name, nodes, run, { options, mayComplain = false } = {}) {
  test(name, { skip: noBrowser ?? false }, async () => {
    const collector = await new FakeCollector(nodes).start();
    const opened = await openPage(browser, collector.url, options);
    try {
      await run({ collector, page: opened.page, nodes });
      if (!mayComplain) assert.deepEqual(opened.complaints, []);
      assert.deepEqual(opened.strayRequests, []);
    } finally {
      await opened.close();
      await collector.stop();
    }
  });
}

/** The text as it is seen, with ordinary spaces. */
export const textOf = async (locator) => (await locator.innerText()).replace(/[\u00a0\u202f]/g, " ");

export const waitForText = (locator, pattern) =>
  waitFor(`${pattern} in the page`, async () => pattern.test(await textOf(locator)));

export const waitForState = (page, id, health) =>
  page.locator(`.tile[data-node="${id}"][data-health="${health}"]`).waitFor({ timeout: deadlineMilliseconds });
