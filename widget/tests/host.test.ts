import { expect, it, vi } from "vitest";

import { host, type Placement } from "../src/frame/host.ts";

const SHOP = "https://shop.example";

function border(origin = SHOP) {
  let hear: (event: { source: unknown; origin: string; data: unknown }) => void = () => undefined;
  const parent = { postMessage: vi.fn() };
  const own = {
    addEventListener: (_: string, listener: typeof hear) => {
      hear = listener;
    },
  };
  const heard: Placement[] = [];
  const ask = host({ own: own as never, parent, origin }, (placement) => heard.push(placement));
  return { ask, heard, parent, hear: (source: unknown, from: string, data: unknown) => { hear({ source, origin: from, data }); } };
}

it("listens to the host page alone", () => {
  const { heard, hear, parent } = border();
  const placement = { porchlight: { full: true, left: false } };
  hear({}, SHOP, placement);
  hear(parent, "https://evil.example", placement);
  hear(parent, SHOP, { porchlight: { full: "yes" } });
  hear(parent, SHOP, null);
  expect(heard).toEqual([]);
  hear(parent, SHOP, placement);
  expect(heard).toEqual([{ full: true, left: false }]);
});

it("speaks to the page that loaded it, and to nobody who took its place", () => {
  const { ask, parent } = border();
  ask({ open: false, width: 84, height: 84, mode: "messenger", label: "Chat" });
  expect(parent.postMessage).toHaveBeenCalledWith({ porchlight: expect.objectContaining({ width: 84 }) as unknown }, SHOP);
});

it("still finds a page without an origin", () => {
  const { ask, parent } = border("null");
  ask({ open: false, width: 84, height: 84, mode: "messenger", label: "Chat" });
  expect(parent.postMessage).toHaveBeenCalledWith(expect.anything(), "*");
});
