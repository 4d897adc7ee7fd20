/**
 * Which part of a long list exists in the document.
 *
 * The list is cut into chunks of equal length. A chunk near the viewport is drawn and measured; the
 * others are empty boxes of their measured (or guessed) height. A chunk is also a page of the
 * query, so what is not near is not in memory either. Rows keep their own heights: words wrap.
 */
export const CHUNK = 50;

/** A row's height before any was measured. */
export const GUESS = 94;

/** How many chunks a list of `total` rows has. */
export function chunkCount(total: number): number {
  return Math.ceil(total / CHUNK);
}

/** How many rows chunk `index` has. */
export function chunkLength(total: number, index: number): number {
  return Math.max(0, Math.min(CHUNK, total - index * CHUNK));
}

/** Its height: as measured, or guessed. */
export function chunkHeight(measured: ReadonlyMap<number, number>, total: number, index: number): number {
  return measured.get(index) ?? chunkLength(total, index) * GUESS;
}

/** First and last chunk to draw. The viewport is widened by one height on both sides. */
export function chunksToDraw(
  measured: ReadonlyMap<number, number>,
  total: number,
  scrollTop: number,
  viewHeight: number,
): { first: number; last: number } {
  const count = chunkCount(total);
  const margin = Math.max(viewHeight, 400);
  let first = 0;
  let last = 0;
  let top = 0;
  let found = false;
  for (let index = 0; index < count; index += 1) {
    const bottom = top + chunkHeight(measured, total, index);
    if (bottom >= scrollTop - margin && top <= scrollTop + viewHeight + margin) {
      if (!found) first = index;
      found = true;
      last = index;
    }
    top = bottom;
  }
  // Scrolled past the end (the list became shorter): the last chunk.
  if (!found) first = last = Math.max(0, count - 1);
  return { first, last };
}
