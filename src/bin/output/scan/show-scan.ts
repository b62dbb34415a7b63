import type { Scan } from "../../../client/index.ts";

/** A time for people, UTC. */
export const timeText = (ms: number | undefined): string => (ms === undefined ? "" : new Date(ms).toISOString());

/** How far a scan has come, in requests; empty before it is planned. */
export const progressText = ({ plannedRequests, endedRequests }: Scan): string =>
  plannedRequests === 0 ? "" : `${endedRequests}/${plannedRequests}`;

/** Whether nothing changes the scan any more. */
export const hasEnded = ({ state }: Scan): boolean =>
  state === "done" || state === "failed" || state === "cancelled" || state === "dead";

/** The state, and for a scan that is done whether all was looked at. */
export const stateText = ({ state, summary }: Scan): string =>
  summary === undefined ? state : `${state}, ${summary.complete ? "complete" : "incomplete"}`;
