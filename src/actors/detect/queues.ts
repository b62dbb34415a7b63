import type { Store } from "../../store/index.ts";
import { readOffers } from "./records/read.ts";
import type { CentreSettings } from "./setup.ts";
import {
  callbackQueue,
  deadlineQueue,
  decideQueue,
  detectEventQueue,
  detectSpace,
  kindQueue,
  refreshQueue,
} from "./work.ts";

const fixed = [decideQueue, deadlineQueue, callbackQueue, refreshQueue, detectEventQueue];
/** More are remembered of no cluster; what is required is named in its config. */
const mostKinds = 128;

/**
 * The queues of detection, for listings: the fixed ones, and one of each kind of detectors that hosts offer, that they offered, or that is
 * required.
 */
export const detectQueues = async (
  store: Store,
  require: CentreSettings["require"],
): Promise<readonly { readonly space: string; readonly queue: string }[]> => {
  const { kinds } = await readOffers(store.space(detectSpace));
  const names = new Set([...Object.keys(kinds), ...require.map(({ kind }) => kind)]);
  const ofKinds = [...names].toSorted().slice(0, mostKinds).map(kindQueue);
  return [...fixed, ...ofKinds].map((queue) => ({ space: detectSpace, queue }));
};
