/** Addresses: enough of a check to catch slips. The server has the last word. */
import { EMAIL_CHARACTERS } from "../generated/protocol.ts";

/** What is wrong with an address, as the id of the words that say so; `null` when nothing is. */
export function complaint(address: string): "email-incomplete" | "email-domain" | null {
  const at = address.lastIndexOf("@");
  if (at < 1 || /\s/.test(address) || [...address].length > EMAIL_CHARACTERS) return "email-incomplete";
  return /^[^.@]+(\.[^.@]+)+$/.test(address.slice(at + 1)) ? null : "email-domain";
}
