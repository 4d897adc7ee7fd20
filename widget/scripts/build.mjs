// Builds dist/: loader.js for the host page, and frame.js, frame.css for the iframe.
// The page that holds the frame is the server's: its policy names the origins that may frame it.
//
// Two bundles, because the loader is a classic script that every page of a website waits for, and the
// frame is fetched after it. Neither is split further: a request costs more than it saves.
import { resolve } from "node:path";

import { build } from "vite";

import { words } from "./words.mjs";

const root = resolve(import.meta.dirname, "..");

for (const name of ["loader", "frame"]) {
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    plugins: [words()],
    build: {
      outDir: "dist",
      emptyOutDir: name === "loader",
      target: ["chrome100", "firefox100", "safari15.4"],
      cssTarget: ["chrome100", "firefox100", "safari15.4"],
      lib: {
        entry: resolve(root, `src/${name}.ts`),
        formats: ["iife"],
        name: "porchlight",
        fileName: () => `${name}.js`,
        cssFileName: name,
      },
    },
  });
}
