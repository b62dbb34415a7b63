import type { CentreDesk, Samples } from "../../actors/detect/index.ts";
import { centreService } from "../../wire/index.ts";
import type { CallServer } from "../calls/call-server.ts";
import { relayOfCaller } from "./relay-of-caller.ts";

export interface CentreCallsSetup {
  readonly calls: CallServer;
  readonly centre: Pick<CentreDesk, "announce" | "fetchTasks" | "extend" | "report">;
  readonly samples: Pick<Samples, "read">;
}

/** The detection centre, for the relays of hosts. */
export const serveCentre = ({ calls, centre, samples }: CentreCallsSetup): void => {
  calls.unary(centreService.announce, async ({ relay, kinds }, call) => ({
    kinds: await centre.announce(relayOfCaller(relay, call), kinds),
  }));

  calls.unary(centreService.fetchTasks, async ({ relay, wanted, taskIds }, call) => {
    const named = taskIds.length === 0 ? undefined : taskIds;
    const tasks = await centre.fetchTasks(relayOfCaller(relay, call), wanted, named, call.signal);
    return {
      tasks: tasks.map(({ taskId, kind, nth, token, ...task }) => ({ claim: { taskId, kind, nth, token }, ...task })),
    };
  });

  calls.unary(centreService.extendTasks, async ({ relay, claims }, call) => ({
    lost: await centre.extend(relayOfCaller(relay, call), claims),
  }));

  calls.unary(centreService.reportSummaries, async ({ relay, summaries }, call) => ({
    lost: await centre.report(relayOfCaller(relay, call), summaries),
  }));

  calls.stream(centreService.fetchSample, async function* ({ sha256 }, { signal }) {
    for await (const data of samples.read(sha256, signal)) yield { data };
  });
};
