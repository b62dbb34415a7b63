import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";

/** Characters of the part that a session's urls share. */
export const correlationIdLength = 20;
/** Characters of the part that each url has for itself. */
const nonceLength = 13;
/** Characters of a url's id. */
export const idLength = correlationIdLength + nonceLength;

const idShape = /^[0-9a-z]+$/;

/** Whether a session's id is one that servers accept. */
export const isCorrelationId = (text: string): boolean => text.length === correlationIdLength && idShape.test(text);

const xidBytes = 12;
const nonceAlphabet = "ybndrfg8ejkmcpqxot1uwisza345h769";

/**
 * A new session's id, in the form of an xid: the second it was made in, and 64 random bits, in the digits of base 32
 * with the rest of the last digit empty.
 */
export const newCorrelationId = (clock: Clock, random: Random): string => {
  const bytes = Buffer.alloc(xidBytes);
  bytes.writeUInt32BE(Math.floor(clock.wallMs() / 1_000) % 2 ** 32);
  for (let at = 4; at < xidBytes; at += 1) bytes[at] = random.below(256);
  const bits = BigInt(`0x${bytes.toString("hex")}`) << 4n;
  return bits.toString(32).padStart(correlationIdLength, "0");
};

/** A new url's own part, in the alphabet of z-base-32. */
export const newNonce = (random: Random): string =>
  Array.from({ length: nonceLength }, () => nonceAlphabet[random.below(nonceAlphabet.length)]).join("");
