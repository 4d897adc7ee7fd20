/**
 * The whole widget: launcher and panel. Draws what it is given and says what the visitor did; all it
 * keeps of its own is whether it is open.
 */
import { chooser } from "./chooser.ts";
import { composer } from "./composer.ts";
import { h, icon, lamp, setText } from "./dom.ts";
import type { Placement } from "./host.ts";
import { initials, lines, names } from "./lines.ts";
import { log } from "./log.ts";
import { mail } from "./mail.ts";
import { writing } from "./writing.ts";
import type { Session, Sight } from "./session.ts";
import type { Store } from "./store.ts";
import type { Wish } from "../loader/place.ts";
import type { Say } from "./words.ts";

/** Everything the panel needs from outside. */
export interface Surroundings {
  root: HTMLElement;
  say: Say;
  language: string;
  session: Pick<Session, "send" | "retry" | "discard" | "choose" | "setEmail" | "markSeen">;
  /** Of this tab alone: whether the panel is open, and what was typed. */
  tab: Store;
  /** An instant as people read it. */
  time: (at: number) => string;
  /** Asks the host page for room. */
  ask: (wish: Wish) => void;
}

/** The drawn widget. */
export interface Panel {
  draw: (sight: Sight) => void;
  placed: (placement: Placement) => void;
}

/** Sizes in rem: people who read larger letters get a larger panel. */
const PANEL = { width: 24, height: 41.5 };
const LAUNCHER = { width: 5.25, height: 5.25 };

/** Builds the widget into the (empty) body. */
export function panel(body: HTMLElement, { root, say, language, session, tab, time, ask }: Surroundings): Panel {
  const faces = h("span", { class: "w-faces", "aria-hidden": "true" });
  const title = h("b");
  const subtitle = h("span");
  const close = h("button", { type: "button", class: "ib", "aria-label": say("close"), title: say("close"), "data-test": "close" }, icon("close"));
  const head = h("header", { class: "w-head" }, faces, h("div", {}, title, h("small", {}, lamp(), subtitle)), close);
  const log_ = log(say, { retry: (key) => { session.retry(key); }, discard: (key) => { session.discard(key); } });
  const writing_ = writing(say);
  const note = h("p", { class: "w-note", role: "status", "data-test": "note" });
  // Says a change of the mode to those who do not see it.
  const news = h("p", { class: "sr", role: "status", "data-test": "news" });
  const chooser_ = chooser(say, (group) => { session.choose(group); });
  const mail_ = mail(say, (email) => { session.setEmail(email); });
  const composer_ = composer(say, tab, (text) => {
    mail_.flush();
    session.send(text);
  });
  const panel_ = h("section", { class: "w", id: "panel", role: "dialog", "data-test": "panel" },
    head, news, log_.element, ...writing_.elements, note, chooser_.element, mail_.element, composer_.element);
  const badge = h("i", { class: "w-badge", "aria-hidden": "true", "data-test": "unread" });
  const launcher = h("button", { type: "button", class: "w-launch", "aria-controls": "panel", "data-test": "launcher" },
    lamp(), icon("close", "i i-24"), badge);
  body.append(panel_, launcher);

  /** As the visitor left it; a widget that is hidden meanwhile comes back like that. */
  let wanted = tab.get("open") === "yes";
  let open = false;
  let settled = false;
  let placement: Placement = { full: false, left: false };
  let sight: Sight | null = null;
  let asked = "";
  let before: Sight["conversation"]["mode"] = null;
  let shown = false;

  const show = () => {
    if (sight === null) return;
    const { mode, workspace } = sight.conversation;
    open = wanted && mode !== "hidden";
    panel_.hidden = !open;
    root.classList.toggle("full", placement.full && open);
    root.classList.toggle("left", placement.left);
    launcher.setAttribute("aria-expanded", String(open));
    const label = open
      ? say("close")
      : sight.unread > 0 ? say("open-unread", { count: sight.unread }) : say("open");
    launcher.setAttribute("aria-label", label);
    launcher.title = label;
    badge.textContent = sight.unread > 99 ? "99+" : String(sight.unread);
    badge.hidden = open || sight.unread === 0;
    if (mode === null) return;
    const rem = parseFloat(getComputedStyle(root).fontSize) || 16;
    const size = open ? PANEL : LAUNCHER;
    const wish: Wish = {
      open,
      width: Math.ceil(size.width * rem),
      height: Math.ceil(size.height * rem),
      mode,
      label: say("chat-with", { workspace }),
    };
    const text = JSON.stringify(wish);
    if (text !== asked) ask(wish);
    asked = text;
  };
  /** What depends on the mode but waits while somebody is typing: nothing moves under their fingers. */
  const arrange = (mode: Sight["conversation"]["mode"]) => {
    const keyboard = document.activeElement;
    mail_.element.hidden = mode !== "messenger" && !mail_.busy();
    if (!composer_.busy()) {
      composer_.element.classList.toggle("roomy", mode === "messenger");
      composer_.fit();
    }
    // The keyboard goes on where one writes when what it was in is gone.
    if ([chooser_, mail_].some(({ element }) => element.hidden && element.contains(keyboard))) composer_.input.focus();
  };
  const seen = () => {
    if (open && document.visibilityState === "visible") session.markSeen();
  };
  const toggle = (to: boolean) => {
    wanted = to;
    tab.set("open", to ? "yes" : "no");
    show();
    seen();
    if (open) {
      composer_.fit();
      composer_.input.focus();
    } else {
      launcher.focus();
    }
  };

  launcher.addEventListener("click", () => { toggle(!open); });
  close.addEventListener("click", () => { toggle(false); });
  body.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && open && !event.isComposing) toggle(false);
  });
  addEventListener("resize", () => { composer_.fit(); });
  document.addEventListener("visibilitychange", seen);

  return {
    placed(to) {
      placement = to;
      // A page too small for both begins with the page, not with the chat that was left open on another.
      if (!settled && to.full) wanted = false;
      settled = true;
      show();
    },
    draw(now) {
      sight = now;
      const { mode, workspace, agents } = now.conversation;
      root.dataset["mode"] = mode ?? "";
      root.dataset["link"] = now.link;
      const live = mode === "live_chat";
      const name = say("chat-with", { workspace });
      panel_.setAttribute("aria-label", name);
      document.title = name;
      faces.replaceChildren(
        ...(live && agents.length > 0
          ? agents.slice(0, 3).map((name) => h("span", { class: `av av${String(tint(name))}` }, initials(name)))
          : [lamp()]),
      );
      setText(title, live ? (agents.length > 0 ? names(agents, say, language) : workspace) : say("we-reply-later"));
      // Without a connection nobody here knows who is in: the lamp is dark then, too.
      const group = now.conversation.groups.find(({ id }) => id === now.conversation.group)?.name;
      setText(subtitle, now.link === "lost" ? say("no-connection")
        : live ? say("we-are-in")
        : group === undefined ? say("nobody-in") : say("nobody-in-group", { group }));
      log_.draw(lines(now, say, time), say(live ? "hello-live" : "hello-later"));
      writing_.draw(now.writing);
      chooser_.draw(now.conversation.groups, now.group);
      mail_.draw(now);
      arrange(mode);
      setText(note, now.link === "lost" ? say("offline") : now.link === "outdated" ? say("reload") : "");
      note.hidden = note.textContent === "";
      const told = `${title.textContent}. ${subtitle.textContent}`;
      // The first word is no news, nor is a name that came or went.
      if (before !== mode && before !== null) setText(news, told);
      before = mode;
      show();
      seen();
      if (open && !shown) composer_.fit();
      shown = open;
    },
  };
}

/** One of six tints, the same for the same name. */
function tint(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return 1 + (sum % 6);
}
