import { isShippedKind } from "../../../config/index.ts";
import type { CurrentKind } from "../records/offers-record.ts";

type Named = readonly [name: string, kind: CurrentKind];

const isHere = ({ live, awaited }: CurrentKind): boolean => live || awaited;

/**
 * Where there are more kinds than room, the first ones stay: those that hosts have before those that are gone; those of the product before others;
 * those that have been here longest, and those that are gone since last. So a host that announces many others takes no place away.
 */
export const byStanding = ([oneName, one]: Named, [otherName, other]: Named): number =>
  Number(isHere(other)) - Number(isHere(one)) ||
  Number(isShippedKind(otherName)) - Number(isShippedKind(oneName)) ||
  (isHere(one) ? one.liveSinceMs - other.liveSinceMs : other.liveSinceMs - one.liveSinceMs);
