import type { LinkView } from "../links/link-view.ts";
import type { Suspects } from "./suspects.ts";

/** The second one shows that the first one has not just been sent. */
const leastUnanswered = 2;

/**
 * Whom the links do not hear: peers that once said welcome, and have left probes unanswered since. One that refuses lives.
 * @param views of the links at this moment
 */
export const suspectsOf = (views: () => readonly LinkView[]): Suspects => ({
  silent: () => views().filter(isSilent),
});

const isSilent = ({ met, state, unansweredProbes }: LinkView): boolean =>
  met && state !== "refused" && unansweredProbes >= leastUnanswered;
