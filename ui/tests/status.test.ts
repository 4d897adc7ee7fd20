import { describe, expect, it } from "vitest";
import type { Limited, MeView } from "../src/generated/view";
import { Mock } from "../src/backend/mock";
import { limitedCommand, limitedMend, limitedWhy } from "../src/status/limited";
import { speak } from "../src/words/words";
import { accessible, calls, click, fill, find, hook, hooks, itIs, open, press, screen, settled, until } from "./screen";

const MINUTE = 60_000;

/** Something about oneself changed. */
async function me(mock: Mock, change: Partial<MeView>): Promise<void> {
  mock.me = { ...mock.me, ...change };
  mock.emit({ event: "me", ...mock.me });
  await settled();
}

describe("the menu behind the profile picture", () => {
  it("numbers what may be picked, and the keys follow", async () => {
    const { mock } = await screen("hours");
    await click("status-button");
    expect([...document.querySelectorAll('[role="menuitemradio"]')].map((one) => one.querySelector(".kbd")?.textContent)).toEqual([
      "Alt 1",
      "Alt 2",
      "Alt 3",
      "Alt 4",
    ]);
    expect(hook("own-detail").textContent).toContain("by your hours.");
    await accessible();
    await press(document.activeElement!, "Escape");
    await press(window, "2", { code: "Digit2", altKey: true });
    await press(window, "3", { code: "Digit3", altKey: true });
    expect(calls(mock, "changeStatus")).toMatchObject([
      { change: { change: "pick", status: "busy" } },
      { change: { change: "pick", status: "invisible" } },
    ]);
  });

  it("has no key for what may not be picked", async () => {
    const { mock } = await screen();
    await press(window, "4", { code: "Digit4", altKey: true });
    expect(calls(mock, "changeStatus")).toEqual([]);
  });

  it("offers no Offline where that is automatic only", async () => {
    const { mock } = await screen();
    await me(mock, { selectable: ["online", "invisible"], may_wind_down: false });
    await click("status-button");
    expect(find("status-menu-offline")).toBeNull();
    expect(find("wind-down")).toBeNull();
  });

  it("opens a second menu beside it by the keyboard, and comes back the same way", async () => {
    await screen();
    await click("status-button");
    await press(document.activeElement!, "ArrowDown");
    await press(document.activeElement!, "ArrowDown");
    await press(document.activeElement!, "ArrowDown");
    expect(document.activeElement).toBe(hook("status-while"));
    await press(document.activeElement!, "ArrowRight");
    expect(document.activeElement).toBe(hook("while-15"));
    expect(hook("status-while").getAttribute("aria-expanded")).toBe("true");
    await accessible();
    await press(document.activeElement!, "End");
    expect(document.activeElement).toBe(hook("while-other"));
    await press(document.activeElement!, "ArrowLeft");
    expect(find("while-15")).toBeNull();
    expect(document.activeElement).toBe(hook("status-while"));
    await press(document.activeElement!, "ArrowRight");
    await press(document.activeElement!, "Escape");
    expect(document.activeElement).toBe(hook("status-while"));
    await press(document.activeElement!, "Escape");
    expect(document.activeElement).toBe(hook("status-button"));
  });

  it("makes me Invisible for a while, then Online", async () => {
    const { mock } = await screen();
    await click("status-button");
    await click("status-while");
    await click("while-30");
    expect(calls(mock, "changeStatus")).toMatchObject([
      { change: { change: "timed", status: "invisible", term: { term: "for", ms: 1_800_000 } } },
    ]);
    await until(() => expect(hook("own-reason").textContent).toBe("Invisible for 30 more minutes, then Online"));
    expect(find("status-while")).toBeNull();
    expect(document.activeElement).toBe(hook("status-button"));
  });

  it("shows a while as pending at once", async () => {
    await screen("lost");
    await click("status-button");
    await click("status-while");
    await click("while-tomorrow");
    expect(hook("own-reason").textContent).toBe("Offline, Invisible once connected");
    expect(hook("status-button").dataset["picked"]).toBe("invisible");
  });

  it("asks until when if the tray began to", async () => {
    const { mock } = await screen("hours");
    mock.emit({ event: "ask_until" });
    await until(() => expect(find("until-time")).not.toBeNull());
    await press(document.activeElement!, "Escape");
    expect(calls(mock, "changeStatus")).toEqual([]);
  });

  it("asks for another time, and takes no other thing for one", async () => {
    const { mock } = await screen("hours");
    await click("status-button");
    await click("status-while");
    await click("while-other");
    expect(document.activeElement).toBe(hook("until-time"));
    await accessible();
    await fill("until-time", "25:00");
    await click("until-go");
    expect(calls(mock, "changeStatus")).toEqual([]);
    expect(hook("until-end").textContent).toContain("Enter a time of day");
    await fill("until-time", "16:45");
    expect(hook("until-end").textContent).toMatch(/^Online again at .*16:45\./u);
    await click("until-go");
    expect(calls(mock, "changeStatus")).toMatchObject([
      { change: { change: "timed", status: "invisible", term: { term: "at", minute: 1005 } } },
    ]);
    expect(document.querySelector("dialog")).toBeNull();
  });

  it("winds down, and says so", async () => {
    const { mock } = await screen();
    await click("status-button");
    await click("wind-down");
    expect(calls(mock, "changeStatus")).toMatchObject([{ change: { change: "wind_down" } }]);
    await until(() => expect(hook("own-reason").textContent).toContain("winding down: Offline after your last 3 chats"));
    await click("status-button");
    expect(hook("wind-down").getAttribute("aria-checked")).toBe("true");
  });

  it("leads to the availability hours", async () => {
    const { app } = await screen();
    await click("status-button");
    await click("hours");
    expect(app.settings).toBe("availability");
    expect(find("status-menu-online")).toBeNull();
  });

  it("undoes what an admin set, there and beside one's own line", async () => {
    const { mock } = await screen("by_admin");
    await accessible();
    await click("own-undo");
    await until(() => expect(hook("own-reason").textContent).toMatch(/^Online since/u));
    expect(calls(mock, "changeStatus")).toMatchObject([{ change: { change: "pick", status: "online" } }]);
    expect(find("own-undo")).toBeNull();
    await click("status-button");
    expect(find("menu-undo")).toBeNull();
  });
});

describe("a change of my status that somebody else made", () => {
  it("is said aloud, and the minutes that pass are not", async () => {
    const { mock } = await screen("timed");
    expect(hook("own-aloud").textContent).toBe("");
    const until = mock.me.next?.at ?? 0;
    await itIs(until - 3 * MINUTE);
    expect(hook("own-aloud").textContent).toBe("");
    const played = new Mock("by_admin");
    await me(mock, { choice: played.me.choice, presence: played.me.presence, next: null });
    expect(hook("own-aloud").textContent).toMatch(/^Offline: set by Anna Schäfer at/u);
  });
});

describe("the last one online", () => {
  it("is asked before the site is left, and stays by Escape", async () => {
    const { mock } = await screen("last");
    await click("status-button");
    await click("status-menu-invisible");
    const dialog = document.querySelector("dialog");
    expect(dialog?.getAttribute("role")).toBe("alertdialog");
    expect(dialog?.textContent).toContain("You are the last one online for outlet.lumen-linde.example");
    expect(dialog?.textContent).toContain("the site’s widget turns to Messenger.");
    expect(dialog?.textContent).toContain("Anna is online but does not answer this site.");
    expect(dialog?.textContent).toContain("Your 3 chats go on as they are.");
    expect(document.activeElement).toBe(hook("last-stay"));
    await accessible();
    await press(window, "3", { code: "Digit3", altKey: true });
    dialog?.dispatchEvent(new Event("cancel", { cancelable: true }));
    await settled();
    expect(document.querySelector("dialog")).toBeNull();
    expect(calls(mock, "changeStatus")).toEqual([{ change: { change: "pick", status: "invisible" }, confirmed: false }]);
    expect(hook("status-button").dataset["status"]).toBe("online");
  });

  it("goes anyway, confirmed", async () => {
    const { mock } = await screen("last");
    await press(window, "3", { code: "Digit3", altKey: true });
    await until(() => expect(find("last-go")).not.toBeNull());
    expect(document.querySelector("dialog")?.textContent).toContain("The visitors in your 3 chats see you away.");
    await click("last-go");
    expect(calls(mock, "changeStatus")).toEqual([
      { change: { change: "pick", status: "offline" }, confirmed: false },
      { change: { change: "pick", status: "offline" }, confirmed: true },
    ]);
    await until(() => expect(hook("status-button").dataset["status"]).toBe("offline"));
    expect(document.querySelector("dialog")).toBeNull();
  });

  it("is asked here for what was picked in the tray, and told what becomes of each site", async () => {
    const { mock } = await screen();
    const sites = mock.team.sites.map((site, index) => ({
      ...site,
      when_nobody: index === 0 ? ("hidden" as const) : ("messenger" as const),
    }));
    mock.emit({
      event: "ask_last_agent",
      change: { change: "wind_down" },
      via: "tray",
      sites,
      others_online: [],
      open_conversations: 1,
    });
    await settled();
    const dialog = document.querySelector("dialog");
    expect(dialog?.textContent).toContain("for 2 sites");
    expect([...(dialog?.querySelectorAll("li") ?? [])].map((one) => one.textContent)).toEqual([
      "lumen-linde.exampleis hidden",
      "outlet.lumen-linde.exampleturns to Messenger",
    ]);
    expect(dialog?.textContent).toContain("Your chat goes on as it is.");
    await accessible();
    await click("last-go");
    expect(calls(mock, "changeStatus")).toEqual([{ change: { change: "wind_down" }, confirmed: true }]);
  });
});

describe("before I drop for want of input", () => {
  it("the seconds are counted, and one button keeps me there", async () => {
    const { mock } = await screen("countdown");
    const drops = mock.me.drops_at ?? 0;
    await itIs(drops - 24_000);
    expect(hook("countdown").textContent).toContain("Offline in 24 seconds");
    expect(hook("countdown").textContent).toContain("Nothing has moved for 10 minutes. Any key keeps you Online.");
    expect(hook("countdown").getAttribute("role")).toBe("timer");
    await accessible();
    await itIs(drops - 1_000);
    expect(hook("countdown").textContent).toContain("Offline in 1 second");
    await itIs(drops + 1_000);
    expect(hook("countdown").textContent).toContain("Offline in a moment");
    await click("stay-online");
    expect(calls(mock, "stayOnline")).toHaveLength(1);
    expect(find("countdown")).toBeNull();
  });

  it("a screen reader is told once, not every second", async () => {
    const { mock } = await screen("countdown");
    const drops = mock.me.drops_at ?? 0;
    const aloud = () => hook("countdown").querySelector('[role="alert"]')?.textContent;
    const first = aloud();
    await itIs(drops - 5_000);
    expect(aloud()).toBe(first);
  });
});

describe("before my hours end", () => {
  it("I may stay Online past them", async () => {
    const { mock } = await screen("hours_end");
    expect(hook("hours-end").textContent).toMatch(/Your hours end at \d+:\d+\. 3 conversations of yours are open\./u);
    await accessible();
    await click("hours-stay");
    expect(calls(mock, "changeStatus")).toMatchObject([{ change: { change: "stay_online" } }]);
    await until(() => expect(find("hours-end")).toBeNull());
  });

  it("I may wind down", async () => {
    const { mock } = await screen("hours_end");
    await click("hours-wind-down");
    expect(calls(mock, "changeStatus")).toMatchObject([{ change: { change: "wind_down" } }]);
  });

  it("I may put it away, until another end is near", async () => {
    const { mock } = await screen("hours_end");
    await click("hours-end-dismiss");
    expect(find("hours-end")).toBeNull();
    await me(mock, { hours_end: { at: Date.now() + 3_600_000, open: 1 } });
    expect(hook("hours-end").textContent).toContain("One conversation of yours is open.");
  });
});

describe("back after an absence", () => {
  it("I am asked, and told why I was Offline", async () => {
    const { mock } = await screen("asks");
    expect(find("welcome-back")).toBeNull();
    const since = Date.now();
    await me(mock, { presence: { status: "offline", reason: { why: "held" }, since } });
    expect(hook("welcome-back").textContent).toMatch(
      /^Welcome back, Jonas\. You have been Offline since .*\d+:\d+, because this computer was locked\./u,
    );
    await accessible();
    await click("back-online");
    expect(calls(mock, "changeStatus")).toMatchObject([{ change: { change: "pick", status: "online" } }]);
    await until(() => expect(find("welcome-back")).toBeNull());
  });

  it("I am told what began it, whatever came after", async () => {
    const { mock } = await screen("asks");
    const is = (reason: MeView["presence"]["reason"]) =>
      me(mock, { presence: { status: "offline", reason, since: Date.now() } });
    await is({ why: "asleep" });
    await is({ why: "connection_lost" });
    await is({ why: "held" });
    expect(hook("welcome-back").textContent).toContain("because this computer was locked.");
  });

  it("I may stay Offline, with the way back still there", async () => {
    const { mock } = await screen("held");
    expect(hook("welcome-back").textContent).toContain("until you pick another status");
    expect(find("own-online")).toBeNull();
    await click("back-stay");
    expect(find("welcome-back")).toBeNull();
    expect(calls(mock, "changeStatus")).toEqual([]);
    expect(hook("own-reason").textContent).toBe("Offline: waiting for you");
    await click("own-online");
    await until(() => expect(hook("status-button").dataset["status"]).toBe("online"));
  });

  it("I am not asked where I chose to stay Offline, and find the way back", async () => {
    await screen("still");
    expect(find("welcome-back")).toBeNull();
    await accessible();
    await click("own-online");
    await until(() => expect(hook("status-button").dataset["status"]).toBe("online"));
  });
});

describe("in a conversation", () => {
  const bar = () => hook("conversation-bar").textContent?.replace(/\s+/gu, " ").trim();

  it("I read what its visitor sees of me", async () => {
    const { mock } = await screen("seen");
    await open("katharina");
    expect(bar()).toBe("You are Invisible. Katharina still sees you available, because you joined. Go online");
    await open("sofia");
    expect(bar()).toBe("You are Invisible. Sofia sees you away until you take the chat. Go online");
    await open("graz");
    expect(bar()).toBe("You are Invisible. This visitor sees you away until you take the chat. Go online");
    await me(mock, { presence: { status: "busy", reason: { why: "chosen" }, since: Date.now() } });
    expect(bar()).toContain("You are Busy.");
    await me(mock, { presence: { status: "offline", reason: { why: "held" }, since: Date.now() } });
    await open("katharina");
    expect(bar()).toBe("You are Offline. Replies are sent, but Katharina sees you away. Go online");
    await accessible();
    await click("go-online");
    await until(() => expect(find("conversation-bar")).toBeNull());
  });

  it("nothing of it is said while I am Online, or while nobody knows", async () => {
    const { mock } = await screen();
    await open("katharina");
    expect(find("conversation-bar")).toBeNull();
    await me(mock, { presence: { status: "offline", reason: { why: "connection_lost" }, since: Date.now() } });
    mock.connection = {
      state: "lost",
      since: Date.now(),
      next_try_at: Date.now() + 9_000,
      error: { code: "unavailable", message: "" },
    };
    mock.emit({ event: "connection", ...mock.connection });
    await settled();
    expect(find("conversation-bar")).toBeNull();
  });

  it("in the list, I find those who still see me", async () => {
    const { mock } = await screen("seen");
    await click("nav-all");
    await until(() => expect(find("row", '[data-conversation="sofia"]')).not.toBeNull());
    const seen = hooks("row")
      .filter((row) => row.querySelector('[data-test="row-sees-you"]'))
      .map((row) => row.dataset["conversation"]);
    expect(seen).toEqual(["katharina", "vogelsang", "piet"]);
    expect(hook("own-seen").textContent).toBe("Visitors in 3 chats still see you");
    await accessible();
    await me(mock, { presence: { status: "online", reason: { why: "chosen" }, since: Date.now() } });
    expect(find("row-sees-you")).toBeNull();
    expect(find("own-seen")).toBeNull();
  });
});

describe("the team", () => {
  it("shows each colleague's status, age and load", async () => {
    await screen();
    expect(hooks("mate").map((one) => one.textContent?.replace(/\s+/gu, " ").trim())).toEqual([
      expect.stringMatching(/^AS Anna SchäferOnline · \d min · 6 open$/u),
      expect.stringMatching(/^LG Lena GroßmannOffline · 2\d min · 4 open$/u),
      expect.stringMatching(/^MY Mehmet YıldızBusy · since .*\d+:\d+ · 2 open$/u),
    ]);
  });

  it("shows the groups on asking, by the keyboard too, and gives the keyboard back", async () => {
    await screen();
    const button = hooks("mate-button")[0]!;
    button.focus();
    button.click();
    await settled();
    expect(document.activeElement).toBe(hook("mate-card"));
    expect([...hook("mate-card").querySelectorAll("li")].map((one) => one.textContent)).toEqual([
      "Support",
      "Versand & Retouren",
      "Rechnungs- und Vertrags\u00adangelegenheiten",
    ]);
    expect(hook("mate-card").textContent).toContain("6 open");
    await accessible();
    await press(document.activeElement!, "Escape");
    expect(find("mate-card")).toBeNull();
    expect(document.activeElement).toBe(button);
    button.click();
    await settled();
    document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
    await settled();
    expect(find("mate-card")).toBeNull();
  });

  it("lets an admin set a colleague Offline, and nobody else", async () => {
    const { mock } = await screen();
    hooks("mate-button")[0]!.click();
    await settled();
    await click("mate-offline");
    expect(calls(mock, "setAgentOffline")).toEqual(["agent-anna"]);
    expect(find("mate-card")).toBeNull();
    await until(() => expect(hook("mate", '[data-agent="agent-anna"]').dataset["status"]).toBe("offline"));
    await me(mock, { agent: { ...mock.me.agent, role: "agent" } });
    hooks("mate-button")[2]!.click();
    await settled();
    expect(find("mate-card")).not.toBeNull();
    expect(find("mate-offline")).toBeNull();
  });
});

describe("limited idle detection", () => {
  const ALL: Limited[] = ["wayland", "no_extension", "no_display", "flatpak", "platform"];

  it.each(["en", "de", "fr"])("says why in %s, and how to mend what can be mended", (language) => {
    speak([language]);
    expect(new Set(ALL.map(limitedWhy)).size).toBe(ALL.length);
    expect(ALL.filter((one) => limitedMend(one) === null)).toEqual(["platform"]);
  });

  it("gives the command for a sandbox", async () => {
    const { mock } = await screen();
    await me(mock, { limited: "flatpak" });
    await click("status-button");
    expect(hook("limited").querySelector("code")?.textContent).toBe(
      "flatpak override --user --talk-name=org.gnome.Mutter.IdleMonitor app.porchlight.desktop",
    );
    expect(limitedCommand("wayland")).toBeNull();
    await accessible();
  });
});
