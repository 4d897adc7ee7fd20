/** Days, minutes and zones as people read them. */
import type { Instant, NextChange, Span } from "../generated/protocol";
import { dayIn, isoDay, ownZone } from "../pure/zoned";
import { clockTime, dueTime } from "../words/time";
import { currentLocale, say } from "../words/words";

/** Monday is 0. 2024-01-01 was a Monday. */
export function dayName(day: number): string {
  const date = new Date(Date.UTC(2024, 0, 1 + day));
  const name = new Intl.DateTimeFormat(currentLocale(), { weekday: "long", timeZone: "UTC" }).format(date);
  return name.charAt(0).toLocaleUpperCase(currentLocale()) + name.slice(1);
}

/** 9:00; the end of the day is 24:00. */
export function minutesText(minute: number): string {
  return `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}`;
}

/** What the clocks of a zone show at an instant, as this person reads times; this computer's where the zone is
    not known here. */
export function timeIn(zone: string, at: Instant): string {
  try {
    const format = new Intl.DateTimeFormat(currentLocale(), { hour: "numeric", minute: "2-digit", timeZone: zone });
    return format.format(at).replace(/\s/gu, "\u00a0");
  } catch {
    return clockTime(at);
  }
}

/** A minute of the day as this person reads times: 9:00, or 9:00 AM. */
export function timeText(minute: number): string {
  return timeIn("UTC", minute * 60_000);
}

/** "Friday 22:00 to Saturday 2:00", "Monday 9:00 to 12:30". */
export function spanText(day: number, span: Span): string {
  const over = span.to < span.from && span.to > 0;
  return over
    ? say("settings-span-over", { day: dayName(day), from: minutesText(span.from), next: dayName((day + 1) % 7), to: minutesText(span.to) })
    : say("settings-span", { day: dayName(day), from: minutesText(span.from), to: minutesText(span.to === 0 ? 1440 : span.to) });
}

/** The zones this system knows, in order of name. */
export function zones(): string[] {
  return Intl.supportedValuesOf("timeZone");
}

/** The day of the week (Monday is 0) and the minute it is now in a zone; null in one this system does not know. */
export function nowIn(zone: string, now: number): { day: number; minute: number } | null {
  try {
    const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(now);
    const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
    const day = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(part("weekday"));
    return { day, minute: Number(part("hour")) * 60 + Number(part("minute")) };
  } catch {
    return null;
  }
}

/** "Next: Offline at 18:00". */
export function nextLine(next: NextChange, now: Instant): string {
  const time = dueTime(next.at, now);
  return next.status === "online" ? say("settings-next-online", { time }) : say("settings-next-offline", { time });
}

/** A day like 2026-12-24, as people read it: "24 Dec 2026". */
function dateText(date: string): string {
  const at = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return date;
  return new Intl.DateTimeFormat(currentLocale(), { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(at);
}

export function datesText(first: string, last: string): string {
  return first === last ? dateText(first) : say("settings-dates", { first: dateText(first), last: dateText(last) });
}

/** The day it is in a zone, like 2026-11-20; this computer's where the zone is not known here. */
export function dateIn(zone: string, now: Instant): string {
  try {
    return isoDay(dayIn(zone, now));
  } catch {
    return isoDay(dayIn(ownZone(), now));
  }
}

/** So many days later. */
export function shifted(date: string, days: number): string {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** On the axis of the week: "Fri 20 Nov". */
export function shortDate(date: string): string {
  return new Intl.DateTimeFormat(currentLocale(), { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
}

export function longDate(date: string): string {
  return new Intl.DateTimeFormat(currentLocale(), { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
}
