import type { InterceptAction } from "../../engines/intercept/index.ts";

/** An entry of the table that is about an access. */
export interface Hit {
  readonly rule: number;
  readonly action: InterceptAction;
  /** Only said, not done. */
  readonly shadow: boolean;
  /** Unix time in milliseconds. */
  readonly untilMs: number;
  /** Another entry of the same subject, under another rule. */
  readonly next: Hit | undefined;
}

/** The one that decides: denial before challenge, what is done before what is only said, then what lasts longer. */
export const strongerOf = (one: Hit | undefined, other: Hit | undefined): Hit | undefined => {
  if (one === undefined || other === undefined) return one ?? other;
  const more = strength(other) - strength(one);
  return more > 0 || (more === 0 && other.untilMs > one.untilMs) ? other : one;
};

const strength = ({ action, shadow }: Hit): number => (shadow ? 0 : action === "challenge" ? 1 : 2);
