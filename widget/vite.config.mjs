// What the tests run with. The two bundles are described in scripts/build.mjs.
import { defineConfig } from "vitest/config";

import { words } from "./scripts/words.mjs";

export default defineConfig({
  plugins: [words()],
  test: {
    environment: "happy-dom",
    // An iframe gets its empty document; nothing is ever fetched.
    environmentOptions: { happyDOM: { settings: { enableIframePageLoading: true } } },
    include: ["tests/**/*.test.ts"],
    restoreMocks: true,
    // Far above anything a test does, also on a machine that builds something else: tests judge no time.
    testTimeout: 30_000,
  },
});
