import { GarrisonError } from "../../base/errors.ts";

/** Something a person typed or pointed at cannot be used; the message names it and says what would do. Exit code 2. */
export class UsageError extends GarrisonError<"usage"> {
  constructor(message: string, cause?: unknown) {
    super("usage", message, { cause });
  }
}
