/** What a person is told about an error: by its code, never by its English sentence. */
import type { ErrorBody, ErrorCode } from "../generated/protocol";
import { key, say } from "./words";

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

export function sayError(error: ErrorBody): string {
  return say(ERRORS[error.code] ?? ERRORS.unknown);
}
