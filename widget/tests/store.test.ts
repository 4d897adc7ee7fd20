import { expect, it } from "vitest";

import { openStore } from "../src/frame/store.ts";
import { UnsentQueue } from "../src/frame/unsent.ts";
import { fakeStorage } from "./world.ts";

it("works as long as the page lasts where the browser forbids storage", () => {
  const store = openStore(() => {
    throw new DOMException("denied", "SecurityError");
  });
  store.set("a", "1");
  expect([store.get("a"), store.keys("a")]).toEqual(["1", ["a"]]);
  store.delete("a");
  expect(store.get("a")).toBeNull();
});

it("keeps in memory what does not fit", () => {
  const area = fakeStorage();
  const store = openStore(() => area);
  area.full = true;
  store.set("a", "long");
  expect([store.get("a"), store.keys("")]).toEqual(["long", ["a"]]);
  area.full = false;
  store.set("a", "short");
  expect(area.getItem("a")).toBe("short");
  expect(store.get("a")).toBe("short");
});

it("loses no message when two tabs write at once", () => {
  const area = fakeStorage();
  const [one, two] = [area, area].map((shared) => new UnsentQueue(openStore(() => shared), "unsent:"));
  one?.add("b", "first", 100);
  two?.add("a", "second", 100);
  expect(one?.all().map((item) => item.text)).toEqual(["first", "second"]);
  expect(two?.all()).toEqual(one?.all());
});

it("keeps the order of writing when the clock steps back", () => {
  const queue = new UnsentQueue(openStore(fakeStorage), "unsent:");
  queue.add("a", "first", 5_000);
  queue.add("b", "second", 10);
  expect(queue.all().map((item) => item.text)).toEqual(["first", "second"]);
});

it("passes over what it cannot read", () => {
  const store = openStore(fakeStorage);
  store.set("unsent:x", "{");
  store.set("unsent:y", '{"client_id":1}');
  expect(new UnsentQueue(store, "unsent:").all()).toEqual([]);
});
