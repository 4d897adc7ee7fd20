/** What a person is told about an error: by its code, never by its English sentence. */
import type { ErrorBody, ErrorCode } from "../generated/protocol";
import { currentLocale, key, say } from "./words";

const ERRORS: Record<ErrorCode, string> = {
  bad_request: key("error-bad-request"),
  wrong_credentials: key("error-wrong-credentials"),
  not_signed_in: key("error-not-signed-in"),
  not_allowed: key("error-not-allowed"),
  not_found: key("error-not-found"),
  conflict: key("error-conflict"),
  too_large: key("error-too-large"),
  rate_limited: key("error-rate-limited"),
  expired: key("error-expired"),
  version_mismatch: key("error-version-mismatch"),
  origin_not_allowed: key("error-not-allowed"),
  snapshot_needed: key("error-unavailable"),
  too_slow: key("error-unavailable"),
  unavailable: key("error-unavailable"),
  internal: key("error-internal"),
  unknown: key("error-internal"),
};

/**
 * The session's own sentence, where it is more exact than the code ("There is no computer with this
 * name"). It is English, so other languages go by the code.
 */
export function sayExactly(error: ErrorBody): string {
  const english = currentLocale().split("-")[0] === "en";
  const vague = error.code === "unavailable" || error.code === "bad_request" || error.code === "internal";
  return english && vague && error.message !== "" ? error.message : sayError(error);
}

export function sayError(error: ErrorBody): string {
  return say(ERRORS[error.code] ?? ERRORS.unknown);
}
