import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";

const executable = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Why browser tests cannot run here, and what to do about it; undefined when they can. */
export const noBrowser = existsSync(executable)
  ? undefined
  : `no browser at ${executable}: install one with \`apt-get install chromium\`, or name one in CHROMIUM`;

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** How long a condition may take that should hold at once. Machines that build and test at the same time are slow. */
export const deadlineMilliseconds = 10_000;

/** Starts a browser with a fresh profile, which playwright makes and removes. */
export function launchBrowser() {
  return chromium.launch({ executablePath: executable, headless: true, args: flags });
}

/**
 * Opens an address and watches what the page does: `complaints` are errors of scripts and of the console,
 * `strayRequests` those that went to another origin.
 */
export async function openPage(browser, address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(deadlineMilliseconds);
  const complaints = [];
  const strayRequests = [];
  const origin = new URL(address).origin;
  page.on("pageerror", (error) => complaints.push(`script: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.origin !== origin) strayRequests.push(request.url());
  });
  await page.goto(address);
  return { page, complaints, strayRequests, close: () => context.close() };
}

/** Waits until `probe` returns something true, and returns it. */
export async function waitFor(what, probe, milliseconds = deadlineMilliseconds) {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    const found = await probe();
    if (found) return found;
    assert.ok(performance.now() < deadline, `waited ${milliseconds} ms without success for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function tileOf(page, id) {
  return page.locator(`.tile[data-node=${JSON.stringify(id)}]`);
}

/** How far the page is wider than the window. */
export function horizontalOverflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Writes a screenshot when a folder for them is named. */
export async function keepScreenshot(page, name) {
  const folder = process.env.NODETELEMETRY_SCREENSHOTS;
  if (!folder) return undefined;
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  return path;
}
