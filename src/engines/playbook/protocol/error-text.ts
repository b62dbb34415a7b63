import { asError } from "../../../base/errors.ts";
import { textBounds } from "./messages.ts";

const mostCauses = 5;

/** At most `chars` characters of a text; what is cut off is told. */
export const shortened = (text: string, chars: number): string =>
  text.length <= chars ? text : `${text.slice(0, chars - 1)}…`;

/** What was thrown, for people: its message and those of what caused it. Fails for nothing that can be thrown. */
export const messageOf = (thrown: unknown): string => {
  const messages: string[] = [];
  let error: unknown = thrown;
  while (error !== undefined && messages.length < mostCauses) {
    const { message, cause, name } = asError(error);
    messages.push(message === "" ? name : message);
    error = cause;
  }
  return shortened(messages.join(": "), textBounds.chars);
};

/** The same with the places in the code. */
export const stackOf = (thrown: unknown): string => {
  const { stack, cause } = asError(thrown);
  const text = typeof stack === "string" ? stack : messageOf(thrown);
  return shortened(cause === undefined ? text : `${text}\ncaused by ${messageOf(cause)}`, textBounds.chars);
};
