import type { Violation } from "../../../support/invariants/index.ts";
import { mostProcesses } from "../simulated-runner.ts";
import type { ResponseRecord } from "./response-record.ts";

/** I12: no node begins more runs than it has processes for. */
export const checkProcesses = ({ history, turnedAway }: ResponseRecord): Violation[] =>
  turnedAway.map(({ node, runId }) => ({
    ...{ invariant: "I12", at: history.length, about: runId },
    message: `${node} began run ${runId} while its ${mostProcesses} processes were taken`,
  }));
