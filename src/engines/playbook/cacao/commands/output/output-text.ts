import { outputChars } from "../call.ts";
import type { BoundedBytes } from "./bounded-bytes.ts";
import { cut } from "./cut.ts";
import type { Redaction } from "./redaction.ts";

/** Bytes that have to be read so that `outputChars` characters are there, whichever they are. */
export const outputBytes = 4 * outputChars;

/** What `text` may take as JSON, so that facts have room beside it in `playbookBounds.valueBytes`. */
const textJsonBytes = 44 * 1024;

export interface OutputText {
  readonly text: string;
  readonly truncated: boolean;
  /** `base64`: the bytes are no UTF-8. */
  readonly encoding: "utf-8" | "base64";
}

/** What was read, as text without secrets, within the bounds of a command's output. */
export const outputText = (read: BoundedBytes, redaction: Redaction): OutputText => {
  const bytes = redaction.bytes(read.bytes, read.truncated);
  const whole = utf8Of(bytes, read.truncated);
  // Groups of three bytes, so that what is cut off leaves base64.
  const encoded = whole ?? bytes.toString("base64");
  const text = cut(encoded, { chars: outputChars, jsonBytes: textJsonBytes });
  return {
    text: whole === undefined ? text.slice(0, text.length - (text.length % 4)) : text,
    truncated: read.truncated || text.length < encoded.length,
    encoding: whole === undefined ? "base64" : "utf-8",
  };
};

/** @param truncated a character that is not complete at the end is left out */
const utf8Of = (bytes: Buffer, truncated: boolean): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: truncated });
  } catch {
    return undefined;
  }
};
