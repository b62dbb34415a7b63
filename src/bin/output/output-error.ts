import { GarrisonError, asError } from "../../base/errors.ts";

/** Results could not be written. The message says where. */
export class OutputError extends GarrisonError<"output-failed"> {
  constructor(place: string, thrown: unknown) {
    super("output-failed", `${place} cannot be written: ${asError(thrown).message}`, { cause: thrown });
  }
}
