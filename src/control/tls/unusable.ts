import { ControlError } from "../errors.ts";

/** What is wrong with the files of TLS. */
export const unusable = (message: string, cause?: unknown): ControlError =>
  new ControlError("tls-unusable", message, { cause });
