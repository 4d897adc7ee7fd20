/** The pages of settings, by name. */
export type SettingsPage = "availability" | "notices" | "computer" | "statuses" | "sites" | "groups";
