import type { Context, Props } from "../../../kernel/index.ts";
import { StoreError } from "../../../store/index.ts";
import { remind } from "../../claims/remind.ts";
import { attempt } from "../../claims/store-calls.ts";
import { flightsOf } from "../records/keys.ts";
import { sampleGone } from "../samples/sample-changes.ts";
import type { CentreSetup } from "../setup.ts";

/** Forgets samples of this node that nobody has asked for in a while. */
export interface SampleRetentionMessage {
  readonly type: "round";
}

interface SampleRetentionState {
  /** Still to be looked at before a look at all begins again. */
  readonly left: readonly string[];
}

const roundEveryMs = 10_000;
const perRound = 500;

const round = async (setup: CentreSetup, { left }: SampleRetentionState): Promise<SampleRetentionState> => {
  const { files, clock, settings } = setup;
  const digests = left.length === 0 ? files.digests() : left;
  const oldMs = clock.wallMs() - settings.sampleRetainMs;
  for (const sha256 of digests.slice(0, perRound)) {
    const usedAtMs = await files.usedAtMs(sha256);
    if (usedAtMs === undefined || usedAtMs <= oldMs) await files.remove(sha256, () => mayGo(setup, sha256));
  }
  return { left: digests.slice(perRound) };
};

/** No task needs it, and the library says no more that it is here. */
const mayGo = async ({ space, node }: CentreSetup, sha256: string): Promise<boolean> => {
  // In this order: a task that begins puts the record of the sample anew.
  const changes = await sampleGone(space, sha256, node);
  const { rows } = await space.records.list(flightsOf(sha256), { limit: 1 });
  if (rows.length > 0) return false;
  if (changes.length === 0) return true;
  try {
    await space.commit(undefined, changes);
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.code === "version-conflict") return false;
    throw error;
  }
};

const receive = async (
  setup: CentreSetup,
  state: SampleRetentionState,
  context: Context<SampleRetentionMessage>,
): Promise<SampleRetentionState> => {
  const done = await attempt(context, "sample retention", () => round(setup, state));
  remind(context, "round", roundEveryMs, { type: "round" });
  return done.status === "ok" ? done.value : { left: [] };
};

/** `/detect/centre/samples`. */
export const sampleRetentionProps = (setup: CentreSetup): Props<SampleRetentionState, SampleRetentionMessage> => ({
  behavior: {
    initial: (context) => {
      remind(context, "round", roundEveryMs, { type: "round" });
      return { left: [] };
    },
    receive: (state, _message, context) => receive(setup, state, context),
  },
});
