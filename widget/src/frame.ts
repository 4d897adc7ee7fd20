// The chat inside the iframe: wires the session to the browser and to the panel.
//
// The address is the loader's: ?site= of the snippet, ?lang= of the page, ?host= its origin.
import "./styles/frame.css";

import { host } from "./frame/host.ts";
import { panel, type Panel } from "./frame/panel.ts";
import { Session, type Socket } from "./frame/session.ts";
import { openStore } from "./frame/store.ts";
import { pickLanguage, speak } from "./frame/words.ts";

const query = new URLSearchParams(location.search);
const root = document.documentElement;
const language = pickLanguage([query.get("lang") ?? "", ...navigator.languages]);
root.lang = language;
/** For times and dates: the visitor's own variety of that language. */
const locale = navigator.languages.find((wish) => wish.startsWith(language)) ?? language;
root.dataset["test"] = "mode";

const socketAddress = new URL("v1/socket", location.href);
socketAddress.protocol = location.protocol.replace("http", "ws");
socketAddress.search = "";

const session = new Session(
  query.get("site") ?? "",
  {
    store: openStore(() => localStorage),
    connect: () => new WebSocket(socketAddress) as Socket,
    newId,
    now: () => Date.now(),
    random: () => Math.random(),
    after(ms, then) {
      const timer = setTimeout(then, ms);
      return () => { clearTimeout(timer); };
    },
  },
  () => { drawn.draw(session.sight); },
);

const ask = host(
  { own: window, parent: window.parent, origin: query.get("host") ?? "" },
  (placement) => { drawn.placed(placement); },
);
const drawn: Panel = panel(document.body, {
  root, language, session, ask, time,
  say: speak(language),
  tab: openStore(() => sessionStorage),
});

addEventListener("storage", (event) => {
  if (event.storageArea === null || event.storageArea === localStorage) session.storageChanged(event.key);
});
// The network is back, or somebody looks again: no reason to wait on.
addEventListener("online", () => { session.connect(); });
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") session.connect();
});

drawn.draw(session.sight);
session.connect();

/** A random UUID. `crypto.randomUUID` would want https. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The time of day; with the date when it was another day. */
function time(at: number): string {
  const then = new Date(at);
  const today = then.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    ...(today ? {} : { day: "numeric", month: "short" }),
  }).format(then);
}
