/** The countdown before a drop for want of input. */
import type { Instant } from "../generated/protocol";

/** It counts from here, in seconds. */
export const COUNTDOWN = 30;

/** Whole seconds until a drop, from 30 to 0. */
export function secondsLeft(drops: Instant, now: Instant): number {
  return Math.max(0, Math.min(COUNTDOWN, Math.ceil((drops - now) / 1000)));
}

/** Whether a drop is so near that it is counted down. A second of grace, for clocks that differ by a little. */
export function isNear(drops: Instant, now: Instant): boolean {
  return drops - now <= (COUNTDOWN + 1) * 1000;
}
