declare module "virtual:words" {
  /** Language, message id, pattern: made from locales/ by scripts/words.mjs. */
  const tables: Record<string, Record<string, import("./frame/pattern.ts").Pattern>>;
  export default tables;
}
declare module "*.css";
