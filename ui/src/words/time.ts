/** Times as people read them, in their own locale. `now` is always an argument. */
import type { Instant } from "../generated/protocol";
import { currentLocale, say } from "./words";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const id = currentLocale() + JSON.stringify(options);
  let made = formats.get(id);
  if (!made) {
    made = new Intl.DateTimeFormat(currentLocale(), options);
    formats.set(id, made);
  }
  return made;
}

/** 10,006 */
export function number(count: number): string {
  return new Intl.NumberFormat(currentLocale()).format(count);
}

/** 10:19, and 10:19 AM that no line break takes apart. */
export function clockTime(at: Instant, seconds = false): string {
  return format({ hour: "numeric", minute: "2-digit", ...(seconds && { second: "2-digit" as const }) }).format(at).replace(/\s/gu, "\u00a0");
}

/** The calendar day of an instant where this computer stands: `2026-11-20`. */
export function dayOf(at: Instant): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

function daysAgo(at: Instant, now: Instant): number {
  const midnight = (instant: Instant) => new Date(instant).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(at)) / 86_400_000);
}

/** In a list: the time today, "Yesterday", the weekday within a week, else the date. */
export function shortTime(at: Instant, now: Instant): string {
  const days = daysAgo(at, now);
  if (days <= 0) return clockTime(at);
  if (days === 1) return say("time-yesterday");
  if (days < 7) return format({ weekday: "long" }).format(at);
  return new Date(at).getFullYear() === new Date(now).getFullYear()
    ? format({ day: "numeric", month: "short" }).format(at)
    : format({ day: "numeric", month: "short", year: "numeric" }).format(at);
}

/** In a sentence: the time today, else day and time. */
export function sinceTime(at: Instant, now: Instant): string {
  return daysAgo(at, now) <= 0 ? clockTime(at) : dayTime(at);
}

function dayTime(at: Instant): string {
  const text = format({ weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" }).format(at);
  return text.replace(/\s(?=[AaPp]\.?[Mm])/gu, "\u00a0");
}

/** When something comes: the time today, the weekday and time within a week, else day and time. */
export function dueTime(at: Instant, now: Instant): string {
  const days = -daysAgo(at, now);
  if (days <= 0) return clockTime(at);
  if (days >= 7) return dayTime(at);
  return `${format({ weekday: "short" }).format(at)}\u00a0${clockTime(at)}`;
}

/** Between two days of a transcript: "Today, Friday 20 November". */
export function dayLine(at: Instant, now: Instant): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  const date = format({
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(sameYear ? {} : { year: "numeric" as const }),
  }).format(at);
  const days = daysAgo(at, now);
  if (days <= 0) return say("day-today", { date });
  if (days === 1) return say("day-yesterday", { date });
  return date;
}

/** In full, for tooltips and screen readers. */
export function fullTime(at: Instant): string {
  return format({ dateStyle: "full", timeStyle: "short" }).format(at);
}

/** How long somebody waits: 0:08, 2:41, 1:02:03. A clock that is behind never shows less than 0:00. */
export function waiting(since: Instant, now: Instant): string {
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  const pad = (part: number) => String(part).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${pad(seconds % 60)}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
  return say("time-days", { count: Math.floor(hours / 24) });
}

/** The age of a status: minutes within the hour, then since when. */
export function age(since: Instant, now: Instant): string {
  const minutes = Math.max(0, Math.floor((now - since) / 60_000));
  if (minutes < 1) return say("age-now");
  if (minutes < 60) return say("age-minutes", { count: minutes });
  return say("age-since", { time: sinceTime(since, now) });
}
