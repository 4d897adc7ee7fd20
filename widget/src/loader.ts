// The snippet on the host page:
//   <script async src="https://SERVER/widget/loader.js" data-site="ID"></script>
//
// Puts one iframe on the page, from where the script itself came from, and moves it as the frame asks.
// The host page's CSP needs that server in script-src and frame-src, and nothing else.
import { place, wish, type Wish } from "./loader/place.ts";

/** There is none while the page's head is still read. */
const body = () => document.body as HTMLElement | null;
const KEY = "porchlightWidget";

const script = (document.currentScript ??
  document.querySelector("script[data-site][src*='/widget/loader.js']")) as HTMLScriptElement | null;
const page = window as unknown as Record<string, HTMLIFrameElement | undefined>;
const earlier = page[KEY];
const site = script?.dataset["site"];

// Loaded twice it stays one widget. One that a page took out of the document comes back.
if (script && site && !(earlier && (earlier.isConnected || !body()))) {
  const frame = document.createElement("iframe");
  page[KEY] = frame;

  const root = document.documentElement;
  const address = new URL("frame", script.src);
  const phone = matchMedia("(max-width: 480px), (max-height: 480px)");
  let asked: Wish | null = null;

  const apply = () => {
    if (!asked) return;
    const left = getComputedStyle(document.body).direction === "rtl";
    frame.title = asked.label;
    Object.assign(frame.style, place(asked, phone.matches, left));
    frame.contentWindow?.postMessage({ porchlight: { full: phone.matches, left } }, address.origin);
  };

  addEventListener("message", (event) => {
    const said = wish(event, address.origin, frame.contentWindow);
    if (said) {
      asked = said;
      apply();
    }
  });
  phone.addEventListener("change", apply);

  const mount = () => {
    address.search = String(new URLSearchParams({ site, lang: root.lang, host: location.origin }));
    frame.src = address.href;
    frame.title = "Chat";
    frame.allow = "";
    Object.assign(frame.style, {
      display: "none",
      position: "fixed",
      bottom: "0",
      zIndex: "2147483000",
      margin: "0",
      border: "0",
      padding: "0",
      // Browsers paint a frame opaque when its colour scheme is not its element's.
      colorScheme: "light dark",
      background: "none",
      maxWidth: "100%",
      maxHeight: "100%",
    });
    document.body.append(frame);
  };
  if (body()) mount();
  else addEventListener("DOMContentLoaded", mount);
}
