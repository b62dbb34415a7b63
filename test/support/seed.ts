import { randomInt } from "node:crypto";
import fc from "fast-check";

const wanted = process.env["GARRISON_SEED"];

const read = (text: string): number => {
  if (text === "random") return randomInt(2 ** 31);
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 31) return Number(text);
  throw new Error(`GARRISON_SEED=${text}: write "random" or a whole number below 2³¹`);
};

const given = wanted === undefined ? undefined : read(wanted);

/**
 * The seed of a random test: `usual`, so that a run fails by a change and never by luck, unless `GARRISON_SEED` says which, or `random`.
 * A test names it in what it says when it fails.
 */
export const seedOf = (usual = 1): number => given ?? usual;

// Properties that name no seed of their own. What fails says its seed, and fast-check how to get there.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: seedOf() });
