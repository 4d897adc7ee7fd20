/** The pages of settings, by name. */
export type SettingsPage = "availability" | "computer" | "statuses" | "sites" | "groups";
