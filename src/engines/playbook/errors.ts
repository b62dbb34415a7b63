import { GarrisonError } from "../../base/errors.ts";

/**
 * `invalid-playbook`: a file is no playbook that can run. `invalid-binding`: a binding says what cannot be done. `no-process`: every
 * process that may run is taken. `protocol`: the other side of a child's channel said what it must not. `egress`: a playbook wants to
 * reach what it may not.
 */
export type PlaybookErrorCode = "invalid-playbook" | "invalid-binding" | "no-process" | "protocol" | "egress";

export class PlaybookError extends GarrisonError<PlaybookErrorCode> {}
