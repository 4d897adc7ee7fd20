/** What choosing a passphrase and typing it again have in common. */
import type { ErrorCode } from "../generated/protocol";
import { key } from "../words/words";

/** The session refuses a shorter one. */
export const PASSPHRASE_MIN_CHARACTERS = 12;

/** What the codes mean where a passphrase was typed. */
export const PASSPHRASE_ERRORS: Partial<Record<ErrorCode, string>> = {
  bad_request: key("passphrase-short"),
  wrong_credentials: key("passphrase-wrong"),
  conflict: key("passphrase-needless"),
  unavailable: key("passphrase-failed"),
  internal: key("passphrase-failed"),
};
