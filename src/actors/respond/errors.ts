import { GarrisonError } from "../../base/errors.ts";

/**
 * - `invalid`: an event, an answer or a page breaks a bound or a rule that the message names.
 * - `queue-full`: as many events wait as may. Retryable; `ids.retryInMs` says when.
 * - `playbook-unknown`: no playbook of that name is in use, and none of that version is kept.
 * - `run-unknown`: there is no such run, or it is forgotten.
 * - `run-not-ended`: only a run that has ended can be retried.
 * - `no-question`: the run does not wait for a person.
 * - `code-corrupt`: a playbook in the store is not what its version says.
 */
export type RespondErrorCode =
  "invalid" | "queue-full" | "playbook-unknown" | "run-unknown" | "run-not-ended" | "no-question" | "code-corrupt";

/** What the actors of respond, and those who ask them for something, throw. */
export class RespondError extends GarrisonError<RespondErrorCode> {}
