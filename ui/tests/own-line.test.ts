import { describe, expect, it } from "vitest";
import type { MeView } from "../src/generated/view";
import { Mock } from "../src/backend/mock";
import { dayIn, instantIn, isoDay, weekday } from "../src/pure/zoned";
import { endOf, minuteOfDay, TOMORROW } from "../src/status/term";
import { ownDetail, ownLine } from "../src/words/status";
import { hook, itIs, screen } from "./screen";

const at = (hour: number, minute: number, date = 20) => new Date(2026, 10, date, hour, minute).getTime();
const now = at(10, 24);
const MINUTE = 60_000;

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
