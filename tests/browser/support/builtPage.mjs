import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Where `npm run build` of the dashboard puts the page. */
export const builtPageFolder = fileURLToPath(new URL("../../../collector/Dashboard/wwwroot/", import.meta.url));

export const notBuilt = existsSync(join(builtPageFolder, "index.html"))
  ? undefined
  : "the page is not built: run `npm ci && npm run build` in collector/Dashboard/web";

const contentTypes = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** Answers a request for a file of the built page; false when there is no such file. */
export async function serveBuiltPage(pathname, response) {
  const path = normalize(join(builtPageFolder, pathname === "/" ? "index.html" : decodeURIComponent(pathname)));
  if (!path.startsWith(builtPageFolder.endsWith(sep) ? builtPageFolder : builtPageFolder + sep)) return false;
  const content = await readFile(path).catch(() => undefined);
  if (content === undefined) return false;
  response.writeHead(200, { "content-type": contentTypes[extname(path)] ?? "application/octet-stream" });
  response.end(content);
  return true;
}
