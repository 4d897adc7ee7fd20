import { getContext, setContext } from "svelte";
import type { App } from "./app.svelte";

const APP = Symbol("app");

export function provideApp(app: App): App {
  return setContext(APP, app);
}

/** The app's state, in any component below the root. */
export function useApp(): App {
  return getContext<App>(APP);
}
