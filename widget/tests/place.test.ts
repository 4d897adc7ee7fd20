import { describe, expect, it } from "vitest";

import { place, wish, type Wish } from "../src/loader/place.ts";

const SERVER = "https://chat.example";
const frame = {};
const asked: Wish = { open: true, width: 384, height: 664, mode: "live_chat", label: "Chat" };
const post = (data: unknown, origin = SERVER, source: unknown = frame) => ({ data, origin, source });

describe("the loader believes", () => {
  it("the frame's own window on the server's origin", () => {
    expect(wish(post({ porchlight: asked }), SERVER, frame)).toEqual(asked);
  });

  it.each([
    ["another origin", post({ porchlight: asked }, "https://evil.example")],
    ["the same server without TLS", post({ porchlight: asked }, "http://chat.example")],
    ["another window of the server, like an advert that embeds it", post({ porchlight: asked }, SERVER, {})],
    ["the host page itself", post({ porchlight: asked }, "https://shop.example", globalThis)],
  ])("not %s", (_, message) => {
    expect(wish(message, SERVER, frame)).toBeNull();
  });

  it.each([
    ["nothing", null],
    ["text", "porchlight"],
    ["somebody else's message", { type: "resize", height: 3 }],
    ["no wish", { porchlight: null }],
    ["half a wish", { porchlight: { open: true, mode: "live_chat" } }],
    ["a size that is none", { porchlight: { ...asked, width: "100vw" } }],
    ["a size below nothing", { porchlight: { ...asked, height: -1 } }],
  ])("not %s", (_, data) => {
    expect(wish(post(data), SERVER, frame)).toBeNull();
  });
});

describe("the iframe", () => {
  it("has the size that was asked for, at the end of the line", () => {
    expect(place(asked, false, false)).toMatchObject({ display: "block", width: "384px", height: "664px", right: "0", left: "auto" });
  });

  it("stands on the left of a page that is read from right to left", () => {
    expect(place(asked, false, true)).toMatchObject({ left: "0", right: "auto" });
  });

  it("fills a phone when it is open, and only then", () => {
    expect(place(asked, true, false)).toMatchObject({ width: "100%", height: "100%" });
    expect(place({ ...asked, open: false, width: 84 }, true, false)).toMatchObject({ width: "84px" });
  });

  it("is gone while the widget is hidden", () => {
    expect(place({ ...asked, mode: "hidden" }, false, false)).toMatchObject({ display: "none" });
  });
});
