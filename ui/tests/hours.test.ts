import { describe, expect, it } from "vitest";
import { add, clashes, drawn, emptyWeek, fieldOf, minuteOf, moved, pieces, put, remove, resized, type Week } from "../src/pure/hours";

const at = (hour: number, minute = 0) => hour * 60 + minute;
const week = (days: Record<number, [number, number][]>): Week =>
  emptyWeek().map((_, day) => (days[day] ?? []).map(([from, to]) => ({ from, to })));

describe("the week grid", () => {
  it("draws a span over midnight on both days", () => {
    const friday = week({ 4: [[at(22), at(2)]] });
    expect(pieces(friday, 4)).toEqual([{ day: 4, index: 0, from: at(22), to: at(24), out: true, into: false }]);
    expect(pieces(friday, 5)).toEqual([{ day: 4, index: 0, from: 0, to: at(2), out: false, into: true }]);
  });

  it("draws nothing on the next day of a span that ends at midnight", () => {
    for (const end of [at(24), 0]) {
      const late = week({ 0: [[at(20), end]] });
      expect(pieces(late, 0)).toEqual([{ day: 0, index: 0, from: at(20), to: at(24), out: false, into: false }]);
      expect(pieces(late, 1)).toEqual([]);
    }
  });

  it("makes no span that shares a minute with another, from Sunday to Monday too", () => {
    const nights = week({ 6: [[at(22), at(6)]] });
    expect(add(nights, 0, { from: at(5), to: at(8) })).toBeNull();
    expect(add(nights, 0, { from: at(6), to: at(8) })).not.toBeNull();
    expect(add(nights, 6, { from: at(21), to: at(22, 1) })).toBeNull();
    expect(add(nights, 2, { from: at(9), to: at(9) })).toBeNull();
  });

  it("keeps the spans of a day in order", () => {
    const two = add(week({ 0: [[at(14), at(18)]] }), 0, { from: at(9), to: at(12) });
    expect(two?.[0]).toEqual([
      { from: at(9), to: at(12) },
      { from: at(14), to: at(18) },
    ]);
  });

  it("moves a span over midnight and over the end of the week", () => {
    const sunday = { from: at(20), to: at(23) };
    expect(moved({ day: 6, index: 0 }, sunday, at(5), 0)).toEqual({ day: 0, span: { from: at(1), to: at(4) } });
    expect(moved({ day: 0, index: 0 }, { from: at(1), to: at(4) }, -at(2), 0)).toEqual({
      day: 6,
      span: { from: at(23), to: at(2) },
    });
  });

  it("puts a span elsewhere only where there is room, and does not stand in its own way", () => {
    const full = week({ 0: [[at(9), at(12)], [at(13), at(18)]] });
    expect(put(full, { day: 0, index: 0 }, 0, { from: at(10), to: at(13) })?.place).toEqual({ day: 0, index: 0 });
    expect(put(full, { day: 0, index: 0 }, 0, { from: at(11), to: at(14) })).toBeNull();
    expect(put(full, { day: 0, index: 0 }, 1, { from: at(9), to: at(12) })?.week[1]).toHaveLength(1);
    expect(remove(full, { day: 0, index: 0 })[0]).toEqual([{ from: at(13), to: at(18) }]);
    expect(clashes(full, 0, { from: at(12), to: at(13) })).toBe(false);
  });

  it("resizes by either edge, but never to nothing and never to more than a day", () => {
    const morning = { from: at(9), to: at(10) };
    expect(resized(morning, "to", 15)).toEqual({ from: at(9), to: at(10, 15) });
    expect(resized(morning, "from", -60)).toEqual({ from: at(8), to: at(10) });
    expect(resized(morning, "to", -60)).toBeNull();
    expect(resized(morning, "to", at(24))).toBeNull();
    expect(resized({ from: at(22), to: at(24) }, "to", 60)).toEqual({ from: at(22), to: at(1) });
    expect(resized({ from: 0, to: 60 }, "from", -15)).toBeNull();
  });

  it("draws at least one step, whatever the direction", () => {
    expect(drawn(at(9, 7), at(9, 8))).toEqual({ from: at(9), to: at(9, 15) });
    expect(drawn(at(12), at(9))).toEqual({ from: at(9), to: at(12) });
    expect(drawn(at(24), at(24))).toEqual({ from: at(23, 45), to: at(24) });
  });

  it("reads times as people type them", () => {
    expect([minuteOf("9:05"), minuteOf("0905"), minuteOf("24:00"), minuteOf("24:01"), minuteOf("9:60"), minuteOf("x")]).toEqual([
      at(9, 5), at(9, 5), at(24), null, null, null,
    ]);
    expect([fieldOf(at(9, 5)), fieldOf(at(24))]).toEqual(["09:05", "00:00"]);
  });
});
