import { TabHub, type TabPort } from "./tabHub.ts";
import type { ToWorker } from "./workerMessages.ts";

// Runs once in a browser, for all tabs with the page. The script is in a directory beside the page's address.
const hub = new TabHub(
  new URL("../api/live", self.location.href).href,
  new URL("../api/nodes", self.location.href).href,
);

self.addEventListener("connect", (event) => {
  const port = (event as MessageEvent).ports[0]!;
  port.onmessage = (message: MessageEvent<ToWorker>) =>
    hub.onTabMessage(port as TabPort, message.data, performance.now());
});
setInterval(() => hub.sweep(performance.now()), 5_000);
