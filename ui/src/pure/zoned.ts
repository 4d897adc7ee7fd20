/** Local times of another zone as instants, and back. The zone database is the browser's. */
import type { Instant } from "../generated/protocol";

/** A calendar day: year, month from 1, day. */
export interface Day {
  year: number;
  month: number;
  day: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of a zone show at an instant, as if it were UTC. */
function shownAt(at: Instant, zone: string): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(at).map((part) => [part.type, Number(part.value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The zone of this computer. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The calendar day in a zone, some days later. */
export function dayIn(zone: string, at: Instant, later = 0): Day {
  const date = new Date(shownAt(at, zone));
  date.setUTCDate(date.getUTCDate() + later);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** `2026-12-24` */
export function isoDay({ year, month, day }: Day): string {
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}

/** Monday is 0. */
export function weekday({ year, month, day }: Day): number {
  return (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
}

/**
 * When it is so many minutes after midnight on a day in a zone: in the fold of a change of the clock the
 * earlier one, in its gap the first instant after it.
 */
export function instantIn(zone: string, { year, month, day }: Day, minute: number): Instant {
  const wanted = Date.UTC(year, month - 1, day, 0, minute);
  const offset = (at: Instant) => shownAt(at, zone) - Math.floor(at / 1000) * 1000;
  const before = offset(wanted - 86_400_000);
  const after = offset(wanted + 86_400_000);
  const earlier = wanted - Math.max(before, after);
  const later = wanted - Math.min(before, after);
  if (shownAt(earlier, zone) === wanted) return earlier;
  if (shownAt(later, zone) === wanted) return later;
  // Nobody's clock shows it: the clock changes somewhere between the two.
  let low = earlier;
  let high = later;
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (offset(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}
