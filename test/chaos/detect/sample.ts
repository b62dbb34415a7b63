import { createHash } from "node:crypto";
import type { Random } from "../../../src/base/random.ts";

const blackWord = "marker of the chaos run";
const mostWords = 400;

/** A small object that no other is like, and what every detector of the run says of it. */
export interface ChaosSample {
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly trust: "black" | "white";
}

/** Every fourth one is black. */
export const chaosSample = (seed: number, at: number, random: Random): ChaosSample => {
  const trust = at % 4 === 0 ? "black" : "white";
  const head = `sample ${seed} ${at}\n${trust === "black" ? `${blackWord}\n` : ""}`;
  const bytes = Buffer.from(`${head}${"words and words\n".repeat(random.below(mostWords))}`);
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex"), trust };
};

export const trustOf = (bytes: Buffer): ChaosSample["trust"] => (bytes.includes(blackWord) ? "black" : "white");
