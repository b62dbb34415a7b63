import type { Random } from "../../../base/random.ts";

const shortestMs = 50;
const longestMs = 2_000;

/** How long to wait after so many failures in a row, from 1: twice as long each time, from half to all of it by chance. */
export const retryDelayMs = (failures: number, random: Random): number =>
  Math.min(longestMs, shortestMs * 2 ** (failures - 1)) * (0.5 + random.next() / 2);
