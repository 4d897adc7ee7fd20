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
  no_keychain: key("error-no-keychain"),
  internal: key("error-internal"),
  unknown: key("error-internal"),
};

/**
 * The session's own sentence, where it is more exact than the code ("There is no computer with this
 * name"). It is English; other languages go by the code, and by `here`: what that code means in the
 * place where it is said.
 */
export function sayExactly(error: ErrorBody, here: Partial<Record<ErrorCode, string>> = {}): string {
  const english = currentLocale().split("-")[0] === "en";
  const vague = error.code === "unavailable" || error.code === "bad_request" || error.code === "internal";
  if (english && vague && error.message !== "") return error.message;
  const place = here[error.code];
  return place === undefined ? sayError(error) : say(place);
}

export function sayError(error: ErrorBody): string {
  return say(ERRORS[error.code] ?? ERRORS.unknown);
}
