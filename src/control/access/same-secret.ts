import { createHash, timingSafeEqual } from "node:crypto";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Compares secrets in a time that says nothing about either. */
export const sameSecret = (given: string, expected: string): boolean =>
  // Digests have one length, which timingSafeEqual needs.
  timingSafeEqual(digest(given), digest(expected));
