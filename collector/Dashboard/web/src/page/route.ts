/** The view in the address. The fragment after "#" never reaches the server, so any path can serve the page. */
export type Route = { view: "overview" } | { view: "node"; id: string };

const NodePrefix = "#/node/";

export function parseRoute(hash: string): Route {
  if (!hash.startsWith(NodePrefix)) return { view: "overview" };
  const encoded = hash.slice(NodePrefix.length);
  try {
    return { view: "node", id: decodeURIComponent(encoded) };
  } catch {
    // A broken escape sequence in a hand-typed address: no such node exists, and the node view says so.
    return { view: "node", id: encoded };
  }
}

export function nodeAddress(id: string): string {
  return NodePrefix + encodeURIComponent(id);
}

export const OverviewAddress = "#/";
