import { describe, expect, it, vi } from "vitest";
import type { Limited, MeView } from "../src/generated/view";
import { Mock } from "../src/backend/mock";
import { dayIn, instantIn, isoDay, weekday } from "../src/pure/zoned";
import { clock } from "../src/state/clock.svelte";
import { limitedCommand, limitedMend, limitedWhy } from "../src/status/limited";
import { endOf, minuteOfDay, TOMORROW } from "../src/status/term";
import { ownDetail, ownLine } from "../src/words/status";
import { speak } from "../src/words/words";
import { accessible, calls, click, fill, find, hook, hooks, open, press, screen, settled, until } from "./screen";

const at = (hour: number, minute: number, date = 20) => new Date(2026, 10, date, hour, minute).getTime();
const now = at(10, 24);
const MINUTE = 60_000;

/** The screen's own clock goes on ticking: it must read the same time. */
async function itIs(time: number): Promise<void> {
  vi.spyOn(Date, "now").mockReturnValue(time);
  clock.set(time);
  await settled();
}

/** Something about oneself changed. */
async function me(mock: Mock, change: Partial<MeView>): Promise<void> {
  mock.me = { ...mock.me, ...change };
  mock.emit({ event: "me", ...mock.me });
  await settled();
}

describe("one's own line says what others get, why, and what comes next", () => {
  const line = (scene: ConstructorParameters<typeof Mock>[0], change: Partial<MeView> = {}) => {
    const mock = new Mock(scene, now);
    return ownLine({ ...mock.me, ...change }, mock.team, now);
  };

  it.each([
    ["hours", "Online until 12:30, by your hours"],
    ["busy", "Busy since 9:40"],
    ["timed", "Invisible for 12 more minutes, then Online"],
    ["winding", "Invisible, winding down: Offline after your last 3 chats"],
    ["idle", "Offline: idle since 9:52, back to Online on return"],
    ["asks", "Offline: locked since 10:05, asks you on return"],
    ["held", "Offline: waiting for you"],
    ["by_admin", "Offline: set by Anna Schäfer at 10:11"],
    ["lost", "Offline: connection lost at 10:18, trying again"],
  ] as const)("%s", (scene, words) => {
    expect(line(scene)).toBe(words);
  });

  it("for longer than an hour until when, with its day", () => {
    const plan = (until: number): Partial<MeView> => ({
      presence: { status: "invisible", reason: { why: "chosen" }, since: now },
      choice: { status: "invisible", at: now, source: { by: "agent", via: "app" }, plan: { plan: "timed", until } },
    });
    expect(line("inbox", plan(at(14, 30)))).toBe("Invisible until 14:30, then Online");
    expect(line("inbox", plan(at(9, 0, 21)))).toBe("Invisible until Sat\u00a09:00, then Online");
    expect(line("inbox", plan(now + 66_000))).toBe("Invisible for 2 more minutes, then Online");
    expect(line("inbox", plan(now + 20_000))).toBe("Invisible for 1 more minute, then Online");
    expect(line("inbox", plan(now - 20_000))).toBe("Invisible for 1 more minute, then Online");
  });

  it("until the hours begin", () => {
    const next = { at: at(9, 0, 23), status: "online", source: { by: "hours" } } as const;
    const presence = { status: "offline", reason: { why: "chosen" }, since: now } as const;
    expect(line("inbox", { presence, next })).toBe("Offline until Mon\u00a09:00, by your hours");
  });

  it("promises a way back that the workspace gives", () => {
    const settings = { ...new Mock("asks", now).me.settings, on_return: "stay_offline" as const };
    expect(line("asks", { settings })).toBe("Offline: locked since 10:05, stays Offline on return");
    expect(line("asks", { selectable: ["online", "invisible"] })).toBe(
      "Offline: locked since 10:05, back to Online on return",
    );
  });

  it("in the menu in whole sentences, with the source", () => {
    const detail = (scene: ConstructorParameters<typeof Mock>[0], change: Partial<MeView> = {}) => {
      const mock = new Mock(scene, now);
      return ownDetail({ ...mock.me, ...change }, mock.team, now);
    };
    expect(detail("hours")).toEqual(["Online since 9:00, by your hours.", "Next: Offline at 12:30."]);
    expect(detail("idle")).toEqual(["Offline: idle since 9:52, back to Online on return."]);
    expect(detail("winding")).toEqual(["Invisible since 9:40.", "Winding down: Offline after your last 3 chats."]);
    const choice = new Mock("seen", now).me.choice;
    expect(detail("seen", { choice: { ...choice, source: { by: "agent", via: "tray" } } })).toEqual([
      "Invisible since 9:40, picked in the tray.",
    ]);
    expect(detail("seen", { choice: { ...choice, source: { by: "time_up" } } })[0]).toContain("when the time was up");
  });

  it("counts down what is left of a while, minute by minute", async () => {
    const { mock } = await screen("timed");
    const until = mock.me.next?.at ?? 0;
    await itIs(until - 3 * MINUTE);
    expect(hook("own-reason").textContent).toBe("Invisible for 3 more minutes, then Online");
    await itIs(until - 3 * MINUTE + 1_000);
    expect(hook("own-reason").textContent).toBe("Invisible for 3 more minutes, then Online");
    await itIs(until - 2 * MINUTE);
    expect(hook("own-reason").textContent).toBe("Invisible for 2 more minutes, then Online");
  });
});

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

  it("asks for another time, and takes no other thing for one", async () => {
    const { mock } = await screen();
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
    expect(hook("welcome-back").textContent).toContain("until you say otherwise");
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

describe("the end of a while", () => {
  const utc = (text: string) => Date.parse(text);
  const day = (...spans: [number, number][]) => spans.map(([from, to]) => ({ from, to }));
  const hours = (zone: string) => ({
    zone,
    week: [day([540, 1020]), day([540, 1020]), day([780, 1020], [480, 720]), [], day([540, 1020]), [], []],
    exceptions: [{ first: "2026-11-23", last: "2026-11-24", name: "Trip", spans: [] }],
  });

  it("until tomorrow is the first start of hours tomorrow or later", () => {
    // A Friday afternoon; Monday and Tuesday are taken off, and Wednesday begins at eight in Tokyo.
    const friday = utc("2026-11-20T05:00:00Z");
    expect(new Date(endOf(TOMORROW, hours("Asia/Tokyo"), friday)).toISOString()).toBe("2026-11-24T23:00:00.000Z");
    // In the small hours, today's hours are not tomorrow's.
    const wednesday = utc("2026-11-24T16:00:00Z");
    expect(new Date(endOf(TOMORROW, hours("Asia/Tokyo"), wednesday)).toISOString()).toBe("2026-11-27T00:00:00.000Z");
  });

  it("until tomorrow is eight o'clock where no hours are", () => {
    const tomorrow = new Date(2026, 10, 21, 8).getTime();
    expect(endOf(TOMORROW, null, at(22, 0))).toBe(tomorrow);
    const none = { zone: "America/New_York", week: [[], [], [], [], [], [], []], exceptions: [] };
    expect(new Date(endOf(TOMORROW, none, utc("2026-11-20T12:00:00Z"))).toISOString()).toBe("2026-11-21T13:00:00.000Z");
  });

  it("at a time is the next time a clock shows it", () => {
    const six = { term: "at", minute: 360 } as const;
    expect(endOf(six, null, at(5, 59))).toBe(at(6, 0));
    expect(endOf(six, null, at(6, 0))).toBe(at(6, 0, 21));
  });

  it("reads nothing but a time of day", () => {
    expect(["0:00", "09:05", "23:59"].map(minuteOfDay)).toEqual([0, 545, 1439]);
    expect(["24:00", "12:60", "", "noon", "1230"].map(minuteOfDay)).toEqual([null, null, null, null, null]);
  });
});

describe("local times of another zone", () => {
  const iso = (zone: string, year: number, month: number, date: number, minute: number) =>
    new Date(instantIn(zone, { year, month, day: date }, minute)).toISOString();

  it.each([
    ["Europe/Berlin", 2026, 3, 29, 150, "2026-03-29T01:00:00.000Z"],
    ["Europe/Berlin", 2026, 10, 25, 150, "2026-10-25T00:30:00.000Z"],
    ["America/New_York", 2026, 3, 8, 150, "2026-03-08T07:00:00.000Z"],
    ["America/New_York", 2026, 11, 1, 90, "2026-11-01T05:30:00.000Z"],
    ["Australia/Lord_Howe", 2026, 10, 4, 135, "2026-10-03T15:30:00.000Z"],
    ["Australia/Lord_Howe", 2026, 4, 5, 105, "2026-04-04T14:45:00.000Z"],
    ["Asia/Kathmandu", 2026, 6, 1, 540, "2026-06-01T03:15:00.000Z"],
    ["America/St_Johns", 2026, 12, 31, 1439, "2027-01-01T03:29:00.000Z"],
  ] as const)("in %s on %i-%i-%i, %i minutes after midnight", (zone, year, month, date, minute, instant) => {
    expect(iso(zone, year, month, date, minute)).toBe(instant);
  });

  it("name the day that it is there", () => {
    const instant = Date.parse("2026-12-31T23:30:00Z");
    expect(isoDay(dayIn("Asia/Tokyo", instant))).toBe("2027-01-01");
    expect(isoDay(dayIn("America/New_York", instant))).toBe("2026-12-31");
    expect(isoDay(dayIn("America/New_York", instant, 2))).toBe("2027-01-02");
    expect(weekday({ year: 2026, month: 11, day: 23 })).toBe(0);
    expect(weekday({ year: 2026, month: 11, day: 22 })).toBe(6);
  });
});
