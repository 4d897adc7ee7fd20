import { beforeEach, expect, it, vi } from "vitest";

const SNIPPET = "https://chat.example/widget/loader.js";

/** Runs the loader as a page with this snippet would. (The type keeps happy-dom from fetching it.) */
async function load(attributes: Record<string, string> = { "data-site": "site-1" }) {
  const script = document.createElement("script");
  for (const [name, value] of Object.entries({ type: "text/plain", src: SNIPPET, ...attributes })) script.setAttribute(name, value);
  document.head.append(script);
  vi.resetModules();
  await import("../src/loader.ts");
}

const frames = () => [...document.querySelectorAll("iframe")];

/** What the iframe was told to load. Nothing is loaded here. */
let source = "";

beforeEach(() => {
  vi.spyOn(HTMLIFrameElement.prototype, "src", "set").mockImplementation((value) => {
    source = value;
  });
  document.head.replaceChildren();
  document.body.replaceChildren();
  delete (window as unknown as Record<string, unknown>)["porchlightWidget"];
});

it("puts one invisible iframe from its own server on the page, and no styles", async () => {
  document.documentElement.lang = "de-AT";
  await load();
  expect(frames()).toHaveLength(1);
  const address = new URL(source);
  expect(address.origin + address.pathname).toBe("https://chat.example/widget/frame");
  expect(Object.fromEntries(address.searchParams)).toEqual({ site: "site-1", lang: "de-AT", host: location.origin });
  expect(frames()[0]?.style.display).toBe("none");
  expect(document.querySelectorAll("style, link")).toHaveLength(0);
});

it("stays one widget when a page carries the snippet twice", async () => {
  await load();
  await load();
  expect(frames()).toHaveLength(1);
});

it("comes back when a page took it out with everything else", async () => {
  await load();
  document.body.replaceChildren();
  await load();
  expect(frames()).toHaveLength(1);
});

it("does nothing without a site", async () => {
  await load({});
  expect(frames()).toHaveLength(0);
});

it("waits for the body of a page that is still being read", async () => {
  const { body } = document;
  body.remove();
  await load();
  await load();
  document.documentElement.append(body);
  window.dispatchEvent(new Event("DOMContentLoaded"));
  expect(frames()).toHaveLength(1);
});

it("grows only for its own frame on its own server", async () => {
  await load();
  const [frame] = frames();
  const inside = frame?.contentWindow as Window;
  const answer = vi.spyOn(inside, "postMessage").mockReturnValue();
  const data = { porchlight: { open: true, width: 384, height: 664, mode: "live_chat", label: "Chat with Lumen" } };
  const post = (origin: string, source: unknown) =>
    window.dispatchEvent(Object.assign(new Event("message"), { origin, source, data }));
  post("https://evil.example", inside);
  post("https://chat.example", window);
  expect(frame?.style.display).toBe("none");
  expect(answer).not.toHaveBeenCalled();
  post("https://chat.example", inside);
  expect(answer).toHaveBeenCalledWith({ porchlight: { full: expect.any(Boolean) as unknown, left: false } }, "https://chat.example");
  expect([frame?.style.display, frame?.style.width, frame?.title]).toEqual(["block", "384px", "Chat with Lumen"]);
});
