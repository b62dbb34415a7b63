import { createHash, timingSafeEqual } from "node:crypto";

/** What a call brought along as its credential. */
export type TokenVerdict = "right" | "none" | "wrong";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Compares credentials with the operator token in a time that says nothing about either. */
export const tokenCheck = (token: string): ((authorization: string | undefined) => TokenVerdict) => {
  // Digests have one length, which timingSafeEqual needs.
  const expected = digest(`Bearer ${token}`);
  return (authorization) => {
    if (authorization === undefined) return "none";
    return timingSafeEqual(digest(authorization), expected) ? "right" : "wrong";
  };
};
