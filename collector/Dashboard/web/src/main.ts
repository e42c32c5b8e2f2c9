import "uplot/dist/uPlot.min.css";
import "./styles/colours.css";
import "./styles/page.css";
import "./styles/overview.css";
import "./styles/tile.css";
import "./styles/node.css";
import "./styles/events.css";
import "./styles/alerts.css";
import { LiveStream } from "./api/liveStream.ts";
import { fetchStatus } from "./api/requests.ts";
import { ClusterState, type ClusterChange } from "./cluster/clusterState.ts";
import { NodePage } from "./node/nodePage.ts";
import { OverviewPage } from "./overview/overviewPage.ts";
import { Announcer } from "./page/announcer.ts";
import { ConnectionBanner } from "./page/connectionBanner.ts";
import { Header } from "./page/header.ts";
import { listenToKeyboard } from "./page/keyboard.ts";
import { OverviewAddress, parseRoute } from "./page/route.ts";

// The composition root: creates the parts, passes stream events to them and switches between the two views.

/** Browsers run timers of hidden tabs once a minute at most. */
const TitleMilliseconds = 30_000;

const state = new ClusterState();
const overview = new OverviewPage(state);
const header = new Header(overview.filterBar.root);
const announcer = new Announcer();
const banner = new ConnectionBanner(() => stream.retryNow());
let nodePage: NodePage | undefined;
let connected = false;

function spread(change: ClusterChange): void {
  overview.onChange(change);
  nodePage?.onChange(change);
  announcer.announceHealth(change.health);
  if (change.whole || change.health.length > 0) showTitle();
}

/** The title shows losses while the tab is in the background. */
function showTitle(): void {
  let lost = 0;
  for (const node of state.nodes.values()) if (node.status.health === "lost") lost++;
  showLost(lost);
}

function showLost(lost: number): void {
  document.title = lost === 0 ? "NodeTelemetry" : `(${lost} lost) NodeTelemetry`;
}

/** A hidden tab has no stream; a request every 30 s keeps its title up to date. */
async function pollTitle(): Promise<void> {
  if (!stream.isReleased) return;
  try {
    showLost((await fetchStatus()).nodes?.lost ?? 0);
  } catch {
    // The title stays as it is; the banner appears when the tab is shown.
  }
}

function showConnection(nowConnected: boolean): void {
  connected = nowConnected;
  header.showConnection(connected ? "live" : "offline");
  document.body.dataset["frozen"] = `${!connected}`;
  if (connected) banner.hide();
  else banner.show(state.loaded ? state.wallTime(performance.now()) : undefined);
}

const stream = new LiveStream({
  onNodes(event) {
    const reconnected = !connected;
    spread(state.replaceNodes(event, performance.now()));
    showConnection(true);
    void overview.events.load();
    void nodePage?.events.load();
    // The list also arrives when the stream had to skip events; a history request would then add to the load.
    if (!reconnected) return;
    void overview.seedTrails();
    nodePage?.onReconnected();
  },
  onUpdate: (event) => spread(state.applyUpdate(event, performance.now())),
  onRemoved: (event) => spread(state.remove(event.ids)),
  onEvents(event) {
    overview.events.onEvents(event);
    nodePage?.events.onEvents(event);
  },
  onStatus(status) {
    state.setStatus(status, performance.now());
    overview.onStatus(status);
  },
  onBroken() {
    if (!state.frozen && state.loaded) announcer.announce("Connection to the collector lost.");
    state.freeze(performance.now());
    showConnection(false);
  },
});

function showRoute(): void {
  const left = nodePage;
  left?.destroy();
  nodePage = undefined;
  const route = parseRoute(window.location.hash);
  if (route.view === "overview") {
    overview.show();
    if (left !== undefined) overview.focusNode(left.id);
    return;
  }
  overview.hide();
  nodePage = new NodePage(route.id, state);
  document.body.append(nodePage.root);
  void nodePage.events.load();
  nodePage.focus();
  window.scrollTo(0, 0);
}

function closeNode(): void {
  if (nodePage === undefined) return;
  window.location.hash = OverviewAddress;
  // The hashchange event fires later, and a hidden box cannot take the focus.
  showRoute();
}

listenToKeyboard({
  focusFilter() {
    closeNode();
    overview.filterBar.focus();
  },
  escape() {
    if (!overview.filterBar.escape()) closeNode();
  },
});

document.body.append(header.root, banner.root, announcer.root, overview.root);
window.addEventListener("hashchange", showRoute);
window.setInterval(() => {
  overview.onSecond();
  nodePage?.onSecond();
}, 1_000);
window.setInterval(() => void pollTitle(), TitleMilliseconds);
showRoute();
stream.start();
