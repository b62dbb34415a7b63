import type { LinkView } from "../links/link-view.ts";
import type { Suspects } from "./suspects.ts";

/**
 * Whom the links do not hear: peers that once said welcome, and now leave probes unanswered or cannot be reached. One that refuses lives.
 * @param views of the links at this moment
 */
export const suspectsOf = (views: () => readonly LinkView[]): Suspects => ({
  silent: () => views().filter(isSilent),
});

const isSilent = ({ met, state, unansweredProbes }: LinkView): boolean =>
  met && (state === "connecting" || (state === "up" && unansweredProbes > 0));
