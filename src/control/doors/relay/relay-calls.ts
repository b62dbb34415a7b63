import type { RelayDesk } from "../../../actors/detect/index.ts";
import { relayService } from "../../../wire/index.ts";
import type { CallServer } from "../../calls/call-server.ts";

/** What detectors ask of the relay. */
export type RelayCallsDesk = Pick<RelayDesk, "heartbeat" | "claimTasks" | "fetchObject" | "reportResults">;

/** The relay of a host, for its detectors. */
export const serveRelay = (calls: CallServer, desk: RelayCallsDesk): void => {
  calls.unary(relayService.heartbeat, ({ pid, ...heartbeat }) =>
    desk.heartbeat({ ...heartbeat, ...(pid === 0 ? {} : { pid }) }),
  );

  calls.unary(relayService.claimTasks, async ({ taskIds, ...claim }, { signal }) => ({
    tasks: await desk.claimTasks({ ...claim, ...(taskIds.length === 0 ? {} : { taskIds }) }, signal),
  }));

  calls.stream(relayService.fetchObject, async function* ({ detector, sha256 }, { signal }) {
    for await (const data of desk.fetchObject(detector, sha256, signal)) yield { data };
  });

  calls.unary(relayService.reportResults, async (report) => {
    await desk.reportResults(report);
    return {};
  });
};
