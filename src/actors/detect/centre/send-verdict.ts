import type { Claim, Space } from "../../../store/index.ts";
import type { Verdicts } from "../library/verdicts.ts";
import type { CentreSetup } from "../setup.ts";
import { parseCallback } from "../tasks/callback-add.ts";
import type { VerdictView } from "../views.ts";

/** How long one try to send a verdict may take. */
const sendMs = 20_000;
/** While another decision is being made. */
const notYetMs = 2_000;

/**
 * Sends a requester the verdict of an object, as it is now. One that does not hold any more, and that nobody makes anew yet, is made anew for who
 * waits for it: that there is none is told only where there will be none.
 */
export const sendVerdict = async (
  setup: Pick<CentreSetup, "clock" | "sendCallback" | "notify"> & {
    readonly space: Space;
    readonly verdicts: Verdicts;
  },
  claim: Claim,
  signal: AbortSignal,
): Promise<void> => {
  const { space, clock, verdicts, notify } = setup;
  const { sha256, url } = parseCallback(claim.body);
  const verdict = await verdicts.get({ algorithm: "sha256", hex: sha256 });
  if (await isBeingMade(verdicts, verdict)) {
    await space.commit(undefined, [{ type: "release", claim, reason: "returned", delayMs: notYetMs }]);
    return;
  }
  const tooLong = new AbortController();
  // The rest of the address may hold a secret, and this is logged.
  const late = `${new URL(url).host} has not answered within ${sendMs} ms`;
  const timer = clock.after(sendMs, () => tooLong.abort(new Error(late)));
  try {
    await setup.sendCallback({ url, id: claim.id, verdict }, AbortSignal.any([signal, tooLong.signal]));
  } catch (error) {
    notify({ type: "callback-failed", id: claim.id });
    throw error;
  } finally {
    timer.cancel();
  }
  await space.commit(undefined, [{ type: "finish", claim, outcome: "done" }]);
  notify({ type: "callback-sent", id: claim.id });
};

const isBeingMade = async (verdicts: Verdicts, { state, sha256, sampleHere }: VerdictView): Promise<boolean> => {
  if (state !== "unknown" || !sampleHere) return state === "pending" || state === "refreshing";
  const [now] = await verdicts.check([{ algorithm: "sha256", hex: sha256 }], { scan: true, source: "callback" });
  return now !== undefined && now.state !== "unknown";
};
