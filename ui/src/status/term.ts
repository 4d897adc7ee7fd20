/**
 * When a timed choice ends, as far as this computer can tell: what the menu shows beside each of them.
 * The workspace reckons it again, by its own clock and in the time zone of the agent's hours, or else of
 * this computer.
 */
import type { Hours, Instant, Term } from "../generated/protocol";
import { dayIn, instantIn, isoDay, ownZone, weekday, type Day } from "../pure/zoned";

/** Without hours, tomorrow begins at eight. */
const MORNING = 8 * 60;
/** A holiday may take the whole year. */
const DAYS_AHEAD = 400;

export const QUARTER_HOUR: Term = { term: "for", ms: 15 * 60_000 };
export const HALF_HOUR: Term = { term: "for", ms: 30 * 60_000 };
export const HOUR: Term = { term: "for", ms: 60 * 60_000 };
export const TOMORROW: Term = { term: "tomorrow" };

/** The zone that the agent's local times are in. */
export function zoneOf(hours: Hours | null): string {
  return hours?.zone ?? ownZone();
}

export function endOf(term: Term, hours: Hours | null, now: Instant): Instant {
  const zone = zoneOf(hours);
  switch (term.term) {
    case "for":
      return now + term.ms;
    case "at": {
      const today = instantIn(zone, dayIn(zone, now), term.minute);
      return today > now ? today : instantIn(zone, dayIn(zone, now, 1), term.minute);
    }
    case "tomorrow": {
      return firstStart(hours, zone, now) ?? instantIn(zone, dayIn(zone, now, 1), MORNING);
    }
  }
}

/** The first start of hours tomorrow or later. */
function firstStart(hours: Hours | null, zone: string, now: Instant): Instant | null {
  if (hours === null) return null;
  for (let later = 1; later <= DAYS_AHEAD; later += 1) {
    const day = dayIn(zone, now, later);
    const starts = spansOf(hours, day).map((span) => span.from);
    if (starts.length > 0) return instantIn(zone, day, Math.min(...starts));
  }
  return null;
}

function spansOf(hours: Hours, day: Day) {
  const date = isoDay(day);
  const exception = hours.exceptions.find((one) => one.first <= date && date <= one.last);
  return exception?.spans ?? hours.week[weekday(day)] ?? [];
}

/** `14:05` as minutes since midnight; nothing else is a time. */
export function minuteOfDay(text: string): number | null {
  const found = /^([01]?\d|2[0-3]):([0-5]\d)$/u.exec(text.trim());
  return found ? Number(found[1]) * 60 + Number(found[2]) : null;
}
