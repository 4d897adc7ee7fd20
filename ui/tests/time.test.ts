import { beforeEach, describe, expect, it } from "vitest";
import type { MeView } from "../src/generated/view";
import { Mock } from "../src/backend/mock";
import { ownLine } from "../src/words/status";
import { age, dayLine, shortTime, sinceTime, waiting } from "../src/words/time";
import { speak } from "../src/words/words";

const at = (hour: number, minute: number, date = 20) => new Date(2026, 10, date, hour, minute).getTime();
const now = at(12, 24);

describe("times", () => {
  it("count a waiting visitor by the second", () => {
    expect(waiting(now - 8_000, now)).toBe("0:08");
    expect(waiting(now - 161_000, now)).toBe("2:41");
    expect(waiting(now - 3_723_000, now)).toBe("1:02:03");
    expect(waiting(now - 50 * 3_600_000, now)).toBe("2 days");
  });

  it("never show less than nothing when this computer's clock is behind", () => {
    expect(waiting(now + 5_000, now)).toBe("0:00");
    expect(age(now + 5_000, now)).toBe("just\u00a0now");
  });

  it("say in a list when the newest message came", () => {
    expect(shortTime(at(11, 47), now)).toBe("11:47");
    expect(shortTime(at(23, 59, 19), now)).toBe("Yesterday");
    expect(shortTime(at(12, 0, 16), now)).toBe("Monday");
    expect(shortTime(at(12, 0, 3), now)).toBe("3 Nov");
  });

  it("name the days of a transcript", () => {
    expect(dayLine(at(9, 0), now)).toMatch(/^Today, Friday,? 20 November$/u);
    expect(dayLine(at(9, 0, 18), now)).toMatch(/^Wednesday,? 18 November$/u);
  });

  it("give a status its age: minutes, then since when", () => {
    expect(age(now - 22 * 60_000, now)).toBe("22\u00a0min");
    expect(age(at(10, 40), now)).toBe("since\u00a010:40");
  });
});

describe("one's own line", () => {
  let me: MeView;
  beforeEach(() => {
    me = new Mock("inbox", now).me;
  });
  const line = (change: Partial<MeView>) => ownLine({ ...me, ...change }, null, now);
  const offline = (reason: MeView["presence"]["reason"]) =>
    line({ presence: { status: "offline", reason, since: at(10, 12) } });

  it("carries status and age", () => {
    expect(line({})).toBe(`Online since ${sinceTime(me.presence.since, now)}`);
  });

  it("says why one is away, and what happens on return", () => {
    expect(offline({ why: "idle", since: at(10, 2) })).toBe("Offline: idle since 10:02, back to Online on return");
    expect(offline({ why: "locked", since: at(10, 5) })).toBe("Offline: locked since 10:05, back to Online on return");
    expect(offline({ why: "connection_lost" })).toBe("Offline: connection lost at 10:12, trying again");
  });

  it("promises no way back from a chosen Offline", () => {
    const choice = { ...me.choice, status: "offline" as const };
    expect(
      line({ choice, presence: { status: "offline", reason: { why: "idle", since: at(10, 2) }, since: now } }),
    ).toBe("Offline: idle since 10:02");
  });

  it("shows a pick at once, as not confirmed", () => {
    expect(line({ pending: { change: "pick", status: "invisible" } })).toBe("Invisible, not confirmed yet");
  });

  it("names the admin who set it", () => {
    const mock = new Mock("inbox", now);
    const source = { by: "admin" as const, agent_id: "agent-anna", before: "online" as const };
    const choice = { status: "offline" as const, at: at(10, 11), source, plan: null };
    const presence = { status: "offline" as const, reason: { why: "chosen" as const }, since: at(10, 11) };
    expect(ownLine({ ...mock.me, choice, presence }, mock.team, now)).toBe("Offline: set by Anna Schäfer at 10:11");
  });

  it("speaks German and French", () => {
    speak(["de-AT"]);
    expect(offline({ why: "idle", since: at(10, 2) })).toBe("Offline: untätig seit 10:02, bei Rückkehr wieder Online");
    speak(["fr"]);
    expect(offline({ why: "idle", since: at(10, 2) })).toContain("inactif depuis 10:02");
    expect(speak(["nl", "fr-CA", "de"])).toBe("fr");
    expect(speak(["nl"])).toBe("en");
    expect(speak([])).toBe("en");
    expect(speak(["constructor", "C", "de_DE.UTF-8"])).toBe("de");
    expect(shortTime(at(12, 0, 16), now)).toBe("Montag");
  });
});
