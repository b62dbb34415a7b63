import type { RespondSettings } from "../../../src/actors/respond/index.ts";

/** Of the respond actors of every simulated node. */
export const respondSettings: RespondSettings = { leaseMs: 3_000, retainMs: 24 * 3_600_000, causeDepth: 8 };

/** What the steps under way of a node that ends in order may take: less than some of them do. */
export const quiesceMs = 3_000;

/** As many events as may wait: more than there are. */
export const mostWaiting = 1_000;
