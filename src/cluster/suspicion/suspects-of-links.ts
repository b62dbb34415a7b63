import type { LinkView } from "../links/link-view.ts";
import type { Suspects } from "./suspects.ts";

/** The second one shows that the first one has not just been sent. */
const leastUnanswered = 2;

/**
 * Whom the links do not hear: peers that once said welcome, and have left probes unanswered since. One that refuses lives. A node that
 * hears none of several is more likely cut off itself, and suspects nobody.
 * @param views of the links at this moment
 */
export const suspectsOf = (views: () => readonly LinkView[]): Suspects => ({
  silent: () => {
    const met = views().filter((view) => view.met);
    const silent = met.filter(isSilent);
    return silent.length > 1 && silent.length === met.length ? [] : silent;
  },
});

const isSilent = ({ state, unansweredProbes }: LinkView): boolean =>
  state !== "refused" && unansweredProbes >= leastUnanswered;
