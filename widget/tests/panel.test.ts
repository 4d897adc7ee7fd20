import { beforeEach, describe, expect, it, vi } from "vitest";

import { NOTHING } from "../src/frame/conversation.ts";
import { panel } from "../src/frame/panel.ts";
import type { Sight } from "../src/frame/session.ts";
import { openStore } from "../src/frame/store.ts";
import { speak } from "../src/frame/words.ts";
import { MESSAGE_CHARACTERS } from "../src/generated/protocol.ts";
import type { Wish } from "../src/loader/place.ts";
import { fakeStorage, GROUPS, stored } from "./world.ts";

const LIVE: Sight = {
  conversation: { ...NOTHING, mode: "live_chat", workspace: "Lumen & Linde", agents: ["Anna Schmidt"] },
  unsent: [], link: "live", group: null, unread: 0, writing: null, pendingEmail: null, emailRefused: false,
};

function sight(conversation: Partial<Sight["conversation"]>, more: Partial<Sight> = {}): Sight {
  return { ...LIVE, ...more, conversation: { ...LIVE.conversation, ...conversation } };
}

function build(area = fakeStorage()) {
  const session = { send: vi.fn(), retry: vi.fn(), discard: vi.fn(), choose: vi.fn(), setEmail: vi.fn(), markSeen: vi.fn() };
  const wishes: Wish[] = [];
  const drawn = panel(document.body, {
    root: document.documentElement, say: speak("en"), language: "en", session,
    tab: openStore(() => area), time: (at) => String(at), ask: (wish) => wishes.push(wish),
  });
  return { ...drawn, session, wishes };
}

function part(name: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`[data-test="${name}"]`);
  if (found === null) throw new Error(`there is no ${name}`);
  return found;
}

const textarea = () => part("input") as HTMLTextAreaElement;
const address = () => part("email-input") as HTMLInputElement;

function press(target: HTMLElement, key: string, more: KeyboardEventInit = {}) {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}

function type(text: string): HTMLTextAreaElement {
  const input = textarea();
  input.value = text;
  input.dispatchEvent(new Event("input"));
  return input;
}

beforeEach(() => {
  document.body.replaceChildren();
  document.documentElement.className = "";
});

describe("the launcher", () => {
  it("asks for no room before it is known whether there is a widget", () => {
    const { draw, wishes } = build();
    draw({ ...LIVE, conversation: NOTHING, link: "new" });
    expect(wishes).toEqual([]);
  });

  it("opens the panel, brings the keyboard to the message, and Escape brings it back", () => {
    const { draw, wishes, session } = build();
    draw(LIVE);
    part("launcher").click();
    expect([part("panel").hidden, part("launcher").getAttribute("aria-expanded")]).toEqual([false, "true"]);
    expect(document.activeElement).toBe(part("input"));
    expect(session.markSeen).toHaveBeenCalled();
    press(part("input"), "Escape");
    expect([part("panel").hidden, part("launcher").getAttribute("aria-expanded")]).toEqual([true, "false"]);
    expect(document.activeElement).toBe(part("launcher"));
    expect(wishes.map((wish) => wish.open)).toEqual([false, true, false]);
  });

  it("counts what was not read, for eyes and for ears", () => {
    const { draw } = build();
    draw(sight({}, { unread: 2 }));
    expect([part("unread").textContent, part("unread").hidden]).toEqual(["2", false]);
    expect(part("launcher").getAttribute("aria-label")).toBe("Open the chat, 2 unread messages");
    draw(LIVE);
    expect(part("unread").hidden).toBe(true);
  });

  it("leaves messages unread while the panel is closed", () => {
    const { draw, session } = build();
    draw(sight({ messages: [stored(1, { agent_name: "Anna" })] }, { unread: 1 }));
    expect(session.markSeen).not.toHaveBeenCalled();
  });

  it("finds the panel open on the next page when it was left open, without taking the keyboard", () => {
    const area = fakeStorage();
    const first = build(area);
    first.draw(LIVE);
    part("launcher").click();
    document.body.replaceChildren();
    build(area).draw(LIVE);
    expect(part("panel").hidden).toBe(false);
    expect(document.activeElement).toBe(document.body);
  });
});

describe("writing", () => {
  it("sends with Enter and breaks the line with Shift+Enter", () => {
    const { draw, session } = build();
    draw(LIVE);
    const input = type("hello");
    expect(press(input, "Enter", { shiftKey: true }).defaultPrevented).toBe(false);
    expect(session.send).not.toHaveBeenCalled();
    expect(press(input, "Enter").defaultPrevented).toBe(true);
    expect(session.send).toHaveBeenCalledWith("hello");
    expect(input.value).toBe("");
  });

  it("leaves Enter to an input method that is still composing", () => {
    const { draw, session } = build();
    draw(LIVE);
    press(type("にほん"), "Enter", { isComposing: true });
    expect(session.send).not.toHaveBeenCalled();
  });

  it("sends nothing that is only white space", () => {
    const { draw, session } = build();
    draw(LIVE);
    press(type(" \n "), "Enter");
    expect(session.send).not.toHaveBeenCalled();
  });

  it("refuses what is too long, says by how much, keeps it, and is content once it is shorter", () => {
    const { draw, session } = build();
    draw(LIVE);
    const long = "x".repeat(MESSAGE_CHARACTERS + 1);
    const input = type(long);
    press(input, "Enter");
    expect(session.send).not.toHaveBeenCalled();
    expect(input.value).toBe(long);
    expect(part("input-error").textContent).toBe("20,001 of 20,000 characters. Please shorten it, or send it in parts.");
    type("short");
    expect(part("input-error").hidden).toBe(true);
  });

  it("keeps a draft from page to page", () => {
    const area = fakeStorage();
    build(area).draw(LIVE);
    type("half a tho");
    document.body.replaceChildren();
    build(area).draw(LIVE);
    expect(textarea().value).toBe("half a tho");
  });
});

describe("the log", () => {
  it("shows markup as the text that it is", () => {
    const { draw } = build();
    const body = { blocks: [{ type: "paragraph" as const, inlines: [{ type: "text" as const, text: "<b onclick=x>hi</b>" }] }] };
    draw(sight({ messages: [stored(1, { agent_name: "<i>Anna</i>", body })], agents: ["<i>Anna</i>"] }));
    expect(part("body").textContent).toBe("<b onclick=x>hi</b>");
    expect(document.querySelectorAll("i:not([data-test]), b[onclick]")).toHaveLength(0);
  });

  it("replaces an echo in place, and touches no other line", () => {
    const { draw } = build();
    const agent = stored(1, { agent_name: "Anna" });
    draw(sight({ messages: [agent] }, { unsent: [{ client_id: "a", text: "hello", at: 1 }] }));
    const [first, echo] = document.querySelectorAll<HTMLElement>("[data-test=message]");
    const before = first?.firstChild;
    expect([first?.dataset["author"], echo?.dataset["author"], echo?.dataset["state"]]).toEqual(["agent", "visitor", "sending"]);
    draw(sight({ messages: [agent, stored(2, { client_id: "a" })] }));
    expect(echo?.isConnected).toBe(true);
    expect(echo?.dataset["state"]).toBe("sent");
    expect(first?.firstChild).toBe(before);
  });

  it("puts a message that came late where it belongs", () => {
    const { draw } = build();
    draw(sight({ messages: [stored(1), stored(3)] }));
    draw(sight({ messages: [stored(1), stored(2), stored(3)] }));
    expect([...document.querySelectorAll("[data-test=body]")].map((body) => body.textContent)).toEqual(["text 1", "text 2", "text 3"]);
  });

  it("offers two ways out of a refusal", () => {
    const { draw, session } = build();
    draw(sight({}, { unsent: [{ client_id: "a", text: "hello", at: 1, refused: "rate_limited" }] }));
    expect(part("message").dataset["state"]).toBe("refused");
    expect(part("reason").textContent).toBe("Not sent. That was a lot at once. Please wait a moment.");
    part("retry").click();
    part("discard").click();
    expect([session.retry.mock.calls, session.discard.mock.calls]).toEqual([[["a"]], [["a"]]]);
  });
});

describe("who is writing", () => {
  const line = () => (part("writing").hidden ? null : part("writing").textContent);
  const told = () => part("writing-news").textContent;

  it("stands below the messages for as long as they write", () => {
    const { draw } = build();
    draw(LIVE);
    expect(line()).toBeNull();
    draw({ ...LIVE, writing: "Jonas" });
    expect(line()).toBe("Jonas is writing");
    expect(part("log").nextElementSibling).toBe(part("writing"));
    draw(LIVE);
    expect(line()).toBeNull();
  });

  it("is a name, whatever it looks like", () => {
    const { draw } = build();
    draw({ ...LIVE, writing: "<img src=x>" });
    expect(line()).toBe("<img src=x> is writing");
    expect(document.querySelector("img")).toBeNull();
  });

  it("is told once to those who do not see it, also when another joins in, and again after it ended", () => {
    const { draw } = build();
    draw(LIVE);
    const heard: string[] = [];
    const watch = new MutationObserver(() => undefined);
    watch.observe(part("writing-news"), { childList: true, characterData: true, subtree: true });
    const listen = (writing: string | null) => {
      draw({ ...LIVE, writing });
      if (watch.takeRecords().length > 0) heard.push(told());
    };
    for (const writing of ["Jonas", "Jonas", "Anna", "Jonas", null, null, "Anna"]) listen(writing);
    expect(heard).toEqual(["Jonas is writing", "", "Anna is writing"]);
    expect(part("writing-news").getAttribute("role")).toBe("status");
    expect(part("writing").closest("[aria-live], [role=status], [role=log]"), "the line itself is not announced").toBeNull();
  });
});

describe("the mode", () => {
  it("claims nobody's presence while there is no connection", () => {
    const { draw } = build();
    draw(LIVE);
    draw({ ...LIVE, link: "lost" });
    expect(document.documentElement.dataset["link"]).toBe("lost");
    expect(part("panel").textContent).not.toContain("We are in.");
    expect(part("panel").textContent).toContain("No connection right now.");
    draw(LIVE);
    expect(part("panel").textContent).toContain("We are in.");
  });

  it("live chat says who is in", () => {
    const { draw } = build();
    draw(LIVE);
    part("launcher").click();
    expect(document.documentElement.dataset["mode"]).toBe("live_chat");
    expect(part("panel").textContent).toContain("Anna Schmidt");
    expect(part("panel").textContent).toContain("We are in.");
    expect(part("email-input").closest("[hidden]")).not.toBeNull();
  });

  it("changes while somebody writes, and what they typed stays", () => {
    const { draw } = build();
    draw(LIVE);
    part("launcher").click();
    const input = type("half a thought");
    draw(sight({ mode: "messenger", agents: [] }));
    expect(part("panel").textContent).toContain("We reply later");
    expect(part("panel").textContent).not.toContain("Anna");
    expect(part("email-input").closest("[hidden]")).toBeNull();
    expect(part("input")).toBe(input);
    expect(input.value).toBe("half a thought");
  });

  it("hidden takes the widget away, and what was typed is there when it comes back as it was", () => {
    const { draw, wishes } = build();
    draw(LIVE);
    part("launcher").click();
    type("half a thought");
    draw(sight({ mode: "hidden", agents: [] }));
    expect(wishes.at(-1)).toMatchObject({ mode: "hidden", open: false });
    draw(LIVE);
    expect(wishes.at(-1)).toMatchObject({ mode: "live_chat", open: true });
    expect([part("panel").hidden, textarea().value]).toEqual([false, "half a thought"]);
  });

  it("makes room for a letter only while nothing is typed", () => {
    const { draw } = build();
    draw(LIVE);
    part("launcher").click();
    const input = type("half a thought");
    draw(sight({ mode: "messenger", agents: [] }));
    expect(input.form?.className).not.toContain("roomy");
    type("");
    draw(sight({ mode: "messenger", agents: [] }));
    expect(input.form?.className).toContain("roomy");
  });

  it("leaves an address that is being typed where it is, and the keyboard in it", () => {
    const { draw } = build();
    const away = sight({ mode: "messenger", agents: [] });
    draw(away);
    part("launcher").click();
    address().focus();
    address().value = "m.huber@gr";
    address().dispatchEvent(new Event("input"));
    draw(LIVE);
    expect(document.activeElement).toBe(address());
    expect([address().closest("[hidden]"), address().value]).toEqual([null, "m.huber@gr"]);
    part("input").focus();
    draw(LIVE);
    expect(address().closest("[hidden]")).not.toBeNull();
    draw(away);
    expect(address().value).toBe("m.huber@gr");
  });

  it("is told to those who do not see it, once, and only when it changes", () => {
    const { draw } = build();
    draw(LIVE);
    expect(part("news").textContent).toBe("");
    draw(sight({ mode: "messenger", agents: [] }));
    expect(part("news").textContent).toBe("We reply later. Nobody is in right now.");
    expect(part("news").getAttribute("role")).toBe("status");
    draw(sight({ mode: "live_chat", agents: ["Anna", "Bert"] }));
    draw(LIVE);
    expect(part("news").textContent).toBe("Anna and Bert. We are in.");
  });

  it("is not asked for again while nothing changes", () => {
    const { draw, placed, wishes } = build();
    draw(LIVE);
    draw(LIVE);
    placed({ full: false, left: false });
    expect(wishes).toHaveLength(1);
  });
});

describe("who is to answer", () => {
  const radios = () => [...document.querySelectorAll<HTMLInputElement>("[data-test=group] input")];
  const labels = () => [...document.querySelectorAll("[data-test=group]")].map((label) => label.textContent);

  it("is asked where there is a choice, and says who is in", () => {
    const { draw, session } = build();
    draw(sight({ groups: GROUPS }));
    expect(part("groups").hidden).toBe(false);
    expect(labels()).toEqual(["Anyone, online", "Support, online", "Sales, nobody in right now"]);
    expect(radios().map((radio) => radio.checked)).toEqual([true, false, false]);
    radios()[2]?.click();
    radios()[0]?.click();
    expect(session.choose.mock.calls).toEqual([["sales"], [null]]);
  });

  it("is named where nobody of that group is in", () => {
    const { draw } = build();
    draw(sight({ mode: "messenger", agents: [], groups: GROUPS, group: "sales" }, { group: "sales" }));
    expect(part("panel").textContent).toContain("Nobody from Sales is in right now.");
  });

  it("is not asked where there is none, or one", () => {
    const { draw } = build();
    draw(LIVE);
    expect(part("groups").hidden).toBe(true);
    draw(sight({ groups: GROUPS.slice(0, 1) }));
    expect(part("groups").hidden).toBe(true);
  });

  it("follows the team, and neither keyboard nor choice is lost on the way", () => {
    const { draw } = build();
    draw(sight({ groups: GROUPS }, { group: "sales" }));
    part("launcher").click();
    const sales = radios()[2];
    sales?.focus();
    const [support] = GROUPS;
    draw(sight({ groups: [{ id: "sales", name: "Advice", online: true }, { id: "support", name: "Support", online: false }] }, { group: "sales" }));
    expect(labels()).toEqual(["Anyone, online", "Advice, online", "Support, nobody in right now"]);
    expect([radios()[1], document.activeElement, sales?.checked]).toEqual([sales, sales, true]);
    draw(sight({ groups: [...(support ? [support] : []), { id: "returns", name: "Returns", online: false }] }));
    expect(labels()).toEqual(["Anyone, online", "Support, online", "Returns, nobody in right now"]);
    expect(document.activeElement, "the group that had it is gone").toBe(radios()[0]);
    draw(LIVE);
    expect(document.activeElement, "somebody answers now").toBe(part("input"));
  });
});

describe("the address", () => {
  const MESSENGER = sight({ mode: "messenger", agents: [] });
  const enter = (typed: string) => {
    const input = address();
    input.value = typed;
    input.dispatchEvent(new Event("input"));
    input.form?.dispatchEvent(new Event("submit", { cancelable: true }));
  };

  it("with a slip is not sent, and the slip is named", () => {
    const { draw, session } = build();
    draw(MESSENGER);
    enter("m.huber@graz");
    expect(session.setEmail).not.toHaveBeenCalled();
    expect(part("panel").textContent).toContain("Please check the part after the @.");
    expect(part("email-input").getAttribute("aria-invalid")).toBe("true");
  });

  it("is saved, and then shown", () => {
    const { draw, session } = build();
    draw(MESSENGER);
    enter(" m.huber@graz.at ");
    expect(session.setEmail).toHaveBeenCalledWith("m.huber@graz.at");
    part("launcher").click();
    expect(part("email-input").closest("[hidden]")).toBeNull();
    address().focus();
    draw(sight({ mode: "messenger", email: "m.huber@graz.at" }));
    expect(document.activeElement?.textContent).toBe("Change");
    expect(part("email-stored").textContent).toBe("We can reach you at m.huber@graz.at.");
    expect(part("email-input").closest("[hidden]")).not.toBeNull();
  });

  it("that was typed goes along with the message", () => {
    const { draw, session } = build();
    draw(MESSENGER);
    const input = address();
    input.value = "m.huber@graz.at";
    input.dispatchEvent(new Event("input"));
    press(type("hello"), "Enter");
    expect([session.setEmail.mock.calls, session.send.mock.calls]).toEqual([[["m.huber@graz.at"]], [["hello"]]]);
  });
});

describe("a small page", () => {
  it("does not begin with a chat that was left open on another", () => {
    const area = fakeStorage();
    area.setItem("open", "yes");
    const { draw, placed, wishes } = build(area);
    draw(LIVE);
    placed({ full: true, left: false });
    expect(wishes.at(-1)?.open).toBe(false);
  });

  it("stays open when the phone is turned while somebody writes", () => {
    const { draw, placed } = build();
    draw(LIVE);
    placed({ full: false, left: false });
    part("launcher").click();
    placed({ full: true, left: false });
    expect(part("panel").hidden).toBe(false);
    expect(document.documentElement.classList.contains("full")).toBe(true);
  });
});
