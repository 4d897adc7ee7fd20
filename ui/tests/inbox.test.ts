import { describe, expect, it, vi } from "vitest";
import { clock } from "../src/state/clock.svelte";
import { accessible, calls, click, fill, find, hook, hooks, open, press, screen, settled, until } from "./screen";

const rows = () => hooks("row").map((row) => row.dataset["conversation"]);

describe("the inbox", () => {
  it("lists my messages and those offered to me, the longest waiting first", async () => {
    await screen();
    expect(rows().slice(0, 4)).toEqual(["yusuf", "elodie", "katharina", "graz"]);
    expect(rows()).not.toContain("sofia");
    await click("nav-unassigned");
    await until(() => expect(rows()).toEqual(["yusuf", "elodie", "graz"]));
    await click("nav-group", '[data-group="group-support"]');
    await until(() => expect(rows()).toEqual(["graz", "sofia"]));
    await accessible();
  });

  it("names an unknown visitor, shows whose words a preview is, and drafts", async () => {
    await screen();
    const row = (id: string) => hook("row", `[data-conversation="${id}"]`).textContent?.replace(/\s+/gu, " ");
    expect(row("graz")).toContain("Visitor");
    expect(row("vogelsang")).toContain("You: Vielen Dank");
    expect(row("piet")).toContain("Draft: About the broken switch");
  });

  it("offers me no unassigned conversations any more once I am not Online", async () => {
    await screen();
    expect(rows()).toContain("yusuf");
    await press(window, "3", { code: "Digit3", altKey: true });
    await until(() => expect(rows()).toEqual(["katharina", "vogelsang", "piet"]));
  });

  it("says a dot in words", async () => {
    const { mock } = await screen();
    const dot = (id: string) => hook("row", `[data-conversation="${id}"] .row-mark`).querySelector('[role="img"]')?.getAttribute("aria-label");
    expect(dot("graz")).toBe("New");
    expect(dot("yusuf")).toBe("Missed: nobody replies");
    expect(dot("vogelsang")).toBeUndefined();
    mock.talk("graz").conversation.missed = { since: Date.now(), because: "absence" };
    mock.changed("graz");
    await until(() => expect(dot("graz")).toBe("Missed: nobody is there"));
    expect(hook("row", '[data-conversation="graz"] .wait').className).toContain("wait-missed");
    await accessible();
  });

  it("lets waiting times tick", async () => {
    const { mock } = await screen();
    const since = mock.talk("graz").conversation.waiting_since ?? 0;
    const wait = () => hook("row", '[data-conversation="graz"] .wait').textContent;
    // The screen's own clock goes on ticking: it must read the same time.
    const now = vi.spyOn(Date, "now");
    const itIs = async (time: number) => {
      now.mockReturnValue(time);
      clock.set(time);
      await settled();
    };
    await itIs(since + 65_000);
    expect(wait()).toContain("1:05");
    await itIs(since + 66_000);
    expect(wait()).toContain("1:06");
    now.mockRestore();
  });

  it("shows closed conversations and other orders", async () => {
    await screen();
    await click("nav-all");
    await click("show-closed");
    await until(() => expect(rows()).toEqual(["anders"]));
    await click("show-open");
    await click("sort");
    document.querySelectorAll<HTMLElement>('[role="menuitemradio"]')[2]?.click();
    await until(() => expect(rows()[0]).toBe("piet"));
  });

  it("moves by keys with one tab stop, and opens", async () => {
    const { app } = await screen();
    const list = document.querySelector('[role="listbox"]')!;
    expect(list.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
    await press(list, "ArrowDown");
    await press(list, "ArrowDown");
    expect((document.activeElement as HTMLElement).dataset["conversation"]).toBe("katharina");
    await press(list, "ArrowUp");
    await press(document.activeElement!, "Enter");
    expect(app.open?.id).toBe("elodie");
    expect(hook("row", '[data-conversation="elodie"]').getAttribute("aria-selected")).toBe("true");
    await press(window, "j");
    expect((document.activeElement as HTMLElement).dataset["conversation"]).toBe("katharina");
    expect(list.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
  });

  it("keeps the keyboard on a conversation while the list moves around it", async () => {
    const { mock } = await screen();
    await click("nav-all");
    const list = document.querySelector('[role="listbox"]')!;
    await press(list, "ArrowDown");
    await press(list, "ArrowDown");
    await press(list, "ArrowDown");
    const focused = () => (document.activeElement as HTMLElement).dataset["conversation"];
    const before = focused();
    mock.talk(before!).conversation.waiting_since = Date.now() - 9_000_000;
    mock.changed(before!);
    await until(() => expect(rows()[0]).toBe(before));
    await settled();
    expect(focused()).toBe(before);
  });

  it("draws few of ten thousand rows", async () => {
    const { app } = await screen("many");
    await click("nav-all");
    await until(() => expect(app.list.total).toBeGreaterThan(10_000));
    expect(hooks("row").length).toBeLessThan(300);
    expect(hooks("row")[0]?.getAttribute("aria-setsize")).toBe(String(app.list.total));
  });

  it("goes to the last of ten thousand rows and back by one key", async () => {
    const { app } = await screen("many");
    await click("nav-all");
    await until(() => expect(app.list.total).toBeGreaterThan(10_000));
    const list = document.querySelector('[role="listbox"]')!;
    await press(list, "End");
    await until(() => expect((document.activeElement as HTMLElement).dataset["index"]).toBe(String(app.list.total - 1)));
    await press(document.activeElement!, "Home");
    await until(() => expect((document.activeElement as HTMLElement).dataset["index"]).toBe("0"));
  });

  it("offers the demo site in a workspace on this computer", async () => {
    const { mock } = await screen("empty");
    expect(document.body.textContent).toContain("No conversations yet");
    document.querySelector<HTMLElement>(".empty [data-test=demo]")?.click();
    await settled();
    expect(calls(mock, "openDemo")).toHaveLength(1);
    await accessible();
  });

  it("asks before it closes to nowhere", async () => {
    const { mock } = await screen();
    mock.emit({ event: "ask_before_close" });
    await settled();
    expect(document.querySelector("dialog")?.open).toBe(true);
    expect(document.activeElement).toBe(hook("close-minimise"));
    await accessible();
    await click("close-minimise");
    expect(calls(mock, "closeChoice")).toEqual(["minimise"]);
    expect(document.querySelector("dialog")).toBeNull();
  });

  it("says aloud that somebody began to wait", async () => {
    const { mock } = await screen();
    expect(hook("announcement-waiting").textContent).toBe("");
    mock.visitorWrites("vogelsang", "One more thing");
    await until(() => expect(hook("announcement-waiting").textContent).toBe("5 visitors are waiting"));
  });

  it("lights the lamp while somebody is online, and only then", async () => {
    const { mock } = await screen();
    expect(hook("lamp").dataset["lit"]).toBe("true");
    expect(hook("lamp").textContent).toContain("Live chat · 2 online");
    const presence = mock.team.presence.map((one) => ({ ...one, status: "invisible" as const }));
    mock.emit({ event: "team", ...mock.team, presence });
    await settled();
    expect(hook("lamp").dataset["lit"]).toBe("false");
    expect(hook("lamp").textContent).toContain("Messenger · 0 online");
    const hidden = mock.team.sites.map((site) => ({ ...site, when_nobody: "hidden" as const }));
    mock.emit({ event: "team", ...mock.team, presence, sites: hidden });
    await settled();
    expect(hook("lamp").textContent).toContain("Widget hidden · 0 online");
    mock.emit({ event: "team", ...mock.team, presence, sites: [...hidden.slice(0, 1), ...mock.team.sites.slice(1)] });
    await settled();
    expect(hook("lamp").textContent?.trim()).toBe("Nobody online");
  });
});

describe("one's own status", () => {
  it("is picked from the menu, shown as pending, then as confirmed", async () => {
    const { mock } = await screen();
    await click("status-button");
    expect(document.activeElement?.getAttribute("data-test")).toBe("status-menu-online");
    await accessible();
    hook("status-menu-invisible").click();
    await Promise.resolve();
    expect(calls(mock, "changeStatus")).toMatchObject([{ change: { change: "pick", status: "invisible" } }]);
    await until(() => {
      expect(hook("status-button").dataset["status"]).toBe("invisible");
      expect(hook("status-button").dataset["pending"]).toBe("false");
    });
    expect(find("status-menu-online")).toBeNull();
    expect(document.activeElement).toBe(hook("status-button"));
  });

  it("stays pending while there is no connection", async () => {
    await screen("lost");
    await click("status-button");
    await click("status-menu-invisible");
    expect(hook("status-button").dataset["picked"]).toBe("invisible");
    expect(hook("own-reason").textContent).toBe("Offline, Invisible once connected");
    await click("status-button");
    await click("status-menu-offline");
    expect(hook("own-reason").textContent).toBe("Offline, not confirmed yet");
  });

  it("is picked by Alt and a number, anywhere", async () => {
    const { mock } = await screen();
    await open("katharina");
    await press(hook("composer-input"), "¡", { code: "Digit2", altKey: true });
    await press(window, "3", { code: "Digit3", altKey: true });
    await press(window, "1", { code: "Digit1", altKey: true });
    expect(calls(mock, "changeStatus")).toMatchObject(
      (["invisible", "offline", "online"] as const).map((status) => ({ change: { change: "pick", status } })),
    );
  });

  it("says its reason, and that idle detection is limited", async () => {
    await screen("idle");
    expect(hook("own-reason").textContent).toMatch(/^Offline: idle since .*, back to Online on return$/u);
    await click("status-button");
    expect(hook("limited").textContent).toContain("Idle detection is limited");
    await accessible();
  });

  it("closes its menu by Escape and leaves the keyboard on its button", async () => {
    await screen();
    await click("status-button");
    await press(document.activeElement!, "ArrowDown");
    expect(document.activeElement).toBe(hook("status-menu-invisible"));
    await press(document.activeElement!, "Escape");
    expect(find("status-menu-online")).toBeNull();
    expect(document.activeElement).toBe(hook("status-button"));
  });

  it("shows a refusal", async () => {
    const { mock } = await screen();
    mock.refuse("changeStatus", "not_allowed");
    await press(window, "2", { code: "Digit2", altKey: true });
    await until(() => expect(hook("error").dataset["code"]).toBe("not_allowed"));
  });

  it("says what the workspace refused after the fact, until that is put away", async () => {
    const { mock } = await screen();
    mock.emit({ event: "refused", error: { code: "not_found", message: "" } });
    await until(() => expect(hook("error").dataset["code"]).toBe("not_found"));
    expect(hook("error").textContent).toContain("Something you did was not carried out. This is not there");
    expect(hook("error").getAttribute("role")).toBe("alert");
    await accessible();
    hook("error").querySelector("button")?.click();
    await until(() => expect(find("error")).toBeNull());
  });

  it("asks before signing out loses something", async () => {
    const { mock } = await screen("lost");
    await open("sofia");
    await fill("composer-input", "Not sent yet");
    await press(hook("composer-input"), "Enter");
    await click("status-button");
    await click("sign-out");
    expect(calls(mock, "signOut")).toEqual([]);
    const dialog = document.querySelector("dialog");
    expect(dialog?.textContent).toContain("One thing you did");
    expect(dialog?.contains(document.activeElement)).toBe(true);
    expect(document.activeElement).not.toBe(hook("sign-out-force"));
    await click("sign-out-force");
    expect(calls(mock, "signOut")).toEqual([true]);
  });
});

describe("a lost connection", () => {
  it("says since when, counts down, and can be tried at once", async () => {
    const { mock } = await screen("lost");
    expect(hook("connection").dataset["state"]).toBe("lost");
    expect(hook("connection").textContent).toContain("No connection since");
    expect(hook("connection").textContent).toMatch(/Next try in \d+ s/u);
    expect(hook("lamp").textContent).toContain("No connection");
    await accessible();
    await click("try-now");
    expect(calls(mock, "tryNow")).toHaveLength(1);
    expect(hook("connection").dataset["state"]).toBe("live");
    expect(hook("connection").textContent?.trim()).toBe("");
  });
});
