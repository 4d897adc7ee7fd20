/** How long to wait before the next try to connect. */

/** The first wait at its longest. A server that only restarted is back by then. */
const FIRST_MS = 500;
/** The longest wait: a visitor who looks at the page sees it come back within half a minute. */
const LONGEST_MS = 30_000;

/**
 * Doubles with each failed attempt. Half of it is left to chance, so that a thousand widgets that lost
 * the same server do not come back in the same moment.
 *
 * @param attempt How many tries have failed since the connection last held; 0 at first.
 * @param random From 0 up to, not including, 1.
 */
export function delay(attempt: number, random: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return longest / 2 + (longest / 2) * random;
}
