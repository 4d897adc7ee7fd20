/**
 * What the time is, for what is on screen: waiting times tick each second, the rest each minute.
 * Nothing ticks while the window is hidden.
 */
class Clock {
  /** This second. */
  second = $state(Date.now());
  /** This minute; what reads it is drawn once a minute. */
  minute = $state(Date.now());

  /** Starts ticking; returns how to stop. */
  start(): () => void {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const tick = () => {
      this.set(Date.now());
      // Just after the turn of the second, so that no second is skipped.
      timer = setTimeout(tick, 1005 - (Date.now() % 1000));
    };
    const onVisibility = () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      if (!document.hidden) tick();
    };
    onVisibility();
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      if (timer !== null) clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisibility);
    };
  }

  /** Sets the time. */
  set(now: number): void {
    this.second = now;
    if (Math.floor(now / 60_000) !== Math.floor(this.minute / 60_000)) this.minute = now;
  }
}

export const clock = new Clock();
