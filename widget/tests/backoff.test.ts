import { expect, it } from "vitest";

import { delay } from "../src/frame/backoff.ts";

it("starts short, doubles, and never waits longer than half a minute", () => {
  const longest = [0, 1, 2, 3, 6, 7, 50, 5_000].map((attempt) => delay(attempt, 1));
  expect(longest).toEqual([500, 1_000, 2_000, 4_000, 30_000, 30_000, 30_000, 30_000]);
});

it("leaves half of each wait to chance, so that widgets do not come back all at once", () => {
  for (const attempt of [0, 3, 9]) {
    expect(delay(attempt, 0)).toBe(delay(attempt, 1) / 2);
    expect(delay(attempt, 0.5)).toBe(delay(attempt, 1) * 0.75);
  }
});
