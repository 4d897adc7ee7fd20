// What the tests run with. The two bundles are described in scripts/build.mjs.
import { defineConfig } from "vitest/config";

import { words } from "./scripts/words.mjs";

export default defineConfig({
  plugins: [words()],
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"], restoreMocks: true },
});
