/**
 * The week grid as a pure model: spans of local time, drawn day by day, created, moved and resized in
 * steps. What would overlap is never made here; the workspace refuses it a second time.
 */
import type { Span } from "../generated/protocol";

export const DAY = 1440;
export const WEEK = 7 * DAY;
/** What dragging snaps to, in minutes. Exact minutes are typed. */
export const STEP = 15;

/** A span and where it stands: the day it starts on (0 is Monday) and its place in that day's list. */
export interface Place {
  day: number;
  index: number;
}

/** What is drawn of a span on one day's track, in minutes of that day. */
export interface Piece extends Place {
  from: number;
  to: number;
  /** It goes on after midnight. */
  out: boolean;
  /** It began the day before. */
  into: boolean;
}

export type Week = Span[][];

export function emptyWeek(): Week {
  return Array.from({ length: 7 }, () => []);
}

/** Minutes from start to end; an end before the start is the next day's. */
export function lengthOf(span: Span): number {
  return span.to > span.from ? span.to - span.from : span.to + DAY - span.from;
}

function spanOf(from: number, length: number): Span {
  const to = from + length;
  return { from, to: to > DAY ? to - DAY : to };
}

/** What the track of a day shows: its own spans, and the rest of those that began the day before. */
export function pieces(week: Week, day: number): Piece[] {
  const before = (day + 6) % 7;
  const spilled = (week[before] ?? []).flatMap((span, index): Piece[] =>
    span.to < span.from && span.to > 0
      ? [{ day: before, index, from: 0, to: span.to, out: false, into: true }]
      : [],
  );
  const own = (week[day] ?? []).map((span, index): Piece => {
    const out = span.to < span.from;
    return { day, index, from: span.from, to: out ? DAY : span.to, out: out && span.to > 0, into: false };
  });
  return [...spilled, ...own];
}

/** Whether two spans of a week that has no end share a minute. */
function meet(start: number, length: number, otherStart: number, otherLength: number): boolean {
  const ahead = (((otherStart - start) % WEEK) + WEEK) % WEEK;
  return ahead < length || WEEK - ahead < otherLength;
}

/** Whether a span would share a minute with another of the week; the one at `except` does not count. */
export function clashes(week: Week, day: number, span: Span, except: Place | null = null): boolean {
  const start = day * DAY + span.from;
  const length = lengthOf(span);
  return week.some((spans, other) =>
    spans.some((one, index) => {
      if (except && except.day === other && except.index === index) return false;
      return meet(start, length, other * DAY + one.from, lengthOf(one));
    }),
  );
}

function sorted(spans: Span[]): Span[] {
  return [...spans].sort((a, b) => a.from - b.from);
}

/** The week with one more span, or null where there is no room. */
export function add(week: Week, day: number, span: Span): Week | null {
  if (span.from === span.to || clashes(week, day, span)) return null;
  return week.map((spans, at) => (at === day ? sorted([...spans, span]) : spans));
}

export function remove(week: Week, place: Place): Week {
  return week.map((spans, day) => (day === place.day ? spans.filter((_, index) => index !== place.index) : spans));
}

/** The week with a span in another place, and where it stands then; null where there is no room. */
export function put(week: Week, place: Place, day: number, span: Span): { week: Week; place: Place } | null {
  if (span.from === span.to || clashes(week, day, span, place)) return null;
  const next = add(remove(week, place), day, span);
  if (!next) return null;
  const index = (next[day] ?? []).findIndex((one) => one.from === span.from);
  return { week: next, place: { day, index } };
}

/** A span moved by minutes and days, kept in the week by going round its end. */
export function moved(place: Place, span: Span, minutes: number, days: number): { day: number; span: Span } {
  const start = (((place.day * DAY + span.from + minutes + days * DAY) % WEEK) + WEEK) % WEEK;
  return { day: Math.floor(start / DAY), span: spanOf(start % DAY, lengthOf(span)) };
}

/** A span with its end (or start) moved by minutes; null when nothing would be left, or more than a day. */
export function resized(span: Span, edge: "from" | "to", minutes: number): Span | null {
  const length = lengthOf(span) + (edge === "to" ? minutes : -minutes);
  if (length < 1 || length > DAY) return null;
  const from = edge === "to" ? span.from : span.from + minutes;
  // A start does not leave its day: the span belongs to it.
  if (from < 0 || from >= DAY) return null;
  return spanOf(from, length);
}

export function snap(minute: number): number {
  return Math.max(0, Math.min(DAY, Math.round(minute / STEP) * STEP));
}

/** A new span between two points of one day's track, at least one step long. */
export function drawn(a: number, b: number): Span {
  const from = Math.min(snap(a), snap(b), DAY - STEP);
  return { from, to: Math.max(snap(a), snap(b), from + STEP) };
}

/** `9:05` or `24:00`, as typed; null when it is none. */
export function minuteOf(text: string): number | null {
  const found = /^(\d{1,2}):?(\d{2})$/u.exec(text.trim());
  if (!found) return null;
  const minute = Number(found[1]) * 60 + Number(found[2]);
  return Number(found[2]) < 60 && minute <= DAY ? minute : null;
}

/** For a field of type `time`, which knows no 24:00. */
export function fieldOf(minute: number): string {
  const within = minute % DAY;
  return `${String(Math.floor(within / 60)).padStart(2, "0")}:${String(within % 60).padStart(2, "0")}`;
}
