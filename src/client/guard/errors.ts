import { GarrisonError } from "../../base/errors.ts";

/** - `invalid-option`: an option is outside its bounds; the message names it. */
export type GuardErrorCode = "invalid-option";

/** What the guard of a front end throws when it is made. */
export class GuardError extends GarrisonError<GuardErrorCode> {}
