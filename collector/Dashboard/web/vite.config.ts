import { defineConfig, type Plugin } from "vite";

/**
 * The built page may load nothing but its own files: a dashboard in a rack without Internet must not depend on
 * any other host, and a hostile host name that found a hole could not call home. The development server injects
 * inline scripts, so it goes without.
 */
function contentSecurityPolicy(): Plugin {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return {
    name: "content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: policy },
        injectTo: "head-prepend",
      },
    ],
  };
}

export default defineConfig({
  // Relative addresses let a reverse proxy serve the page below any path.
  base: "./",
  plugins: [contentSecurityPolicy()],
  build: {
    outDir: "../wwwroot",
    emptyOutDir: true,
    // Tablets on the wall are old; nothing here needs a newer browser than this.
    target: ["chrome100", "firefox100", "safari15.4"],
    modulePreload: { polyfill: false },
    // An inlined asset is a data: address, which the policy above refuses.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: { "/api": "http://127.0.0.1:8077" },
  },
});
