// Stops the build when visitors would have to download more than promised. Every page of every
// website with the widget pays for these bytes.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";

/** kB means 1000 bytes, gzipped as a server would. */
const LOADER = 2_000;
const ALL = 15_000;

const dist = resolve(import.meta.dirname, "../dist");
const sizes = ["loader.js", "frame.js", "frame.css"].map((name) => ({
  name,
  bytes: gzipSync(readFileSync(resolve(dist, name)), { level: 9 }).length,
}));
const all = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
const loader = sizes.find(({ name }) => name === "loader.js")?.bytes ?? Infinity;

for (const { name, bytes } of sizes) console.log(`${name.padEnd(11)} ${String(bytes).padStart(6)} B gzipped`);
console.log(`${"all".padEnd(11)} ${String(all).padStart(6)} B of ${String(ALL)}`);

if (loader > LOADER || all > ALL) {
  console.error(`The widget is too large: the loader may have ${String(LOADER)} B gzipped, all files ${String(ALL)} B.`);
  process.exit(1);
}
