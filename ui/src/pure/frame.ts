/**
 * Runs at most once per frame, however often it is asked. A hidden window draws no frames, so a
 * timer stands in for them.
 */
export function coalesce(run: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    const once = () => {
      if (!asked) return;
      asked = false;
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      run();
    };
    const frame = requestAnimationFrame(once);
    const timer = setTimeout(once, 200);
  };
}

/** Runs `run` once nobody asked for `ms`; `flush` runs it now if it is due. */
export function debounce(run: () => void, ms: number): { ask(): void; flush(): void } {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = () => {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    run();
  };
  return {
    ask() {
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(flush, ms);
    },
    flush,
  };
}
