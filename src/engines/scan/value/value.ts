/**
 * A value that templates compute with, as nuclei's engine has it. A text is a byte string, as Go's strings are: one
 * character (U+0000 … U+00FF) a byte, so that lengths, digests and comparisons are those of the bytes on the wire.
 * A `bigint` is one of Go's integers, a `number` one of its floats: they print differently.
 */
export type Value = string | number | bigint | boolean | null | readonly Value[] | { readonly [key: string]: Value };

const onlyAscii = /^[\0-\x7f]*$/;

/** UTF-8 as a byte string. */
export const bytesOf = (text: string): string =>
  onlyAscii.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");

/** A byte string read as UTF-8; what is none becomes U+FFFD. */
export const textOf = (bytes: string): string =>
  onlyAscii.test(bytes) ? bytes : Buffer.from(bytes, "latin1").toString("utf8");

/** The bytes of a byte string. */
export const bufferOf = (bytes: string): Buffer => Buffer.from(bytes, "latin1");
