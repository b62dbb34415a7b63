import type { Payloads } from "../payloads/payloads.ts";
import type { BlockRun } from "../run/block-run.ts";
import { Turns } from "../turns.ts";
import { Variables } from "../value/scope.ts";
import type { PayloadValues } from "./request-values.ts";

/** In parallel when a template does not say how many, as in nuclei, and at most. */
const defaultThreads = 25;
const maxThreads = 100;

export interface AttackSetup {
  readonly payloads: Payloads | undefined;
  /** Requests at once; undefined: 25. */
  readonly threads: number | undefined;
  /** The target's values, which payloads may use. */
  readonly own: PayloadValues;
  /** Makes one request and says whether it matched. @throws only what the caller's hook throws */
  readonly request: (payload: PayloadValues) => Promise<boolean>;
}

/**
 * Makes one request for each payload, several at once; one without payloads. Where the block stops at the first match
 * no further one is begun then.
 *
 * @returns whether any matched
 */
export const attack = async (run: BlockRun, { payloads, threads, own, request }: AttackSetup): Promise<boolean> => {
  if (payloads === undefined) return request({});
  const scope = await run.values(new Variables(undefined, own), {});
  let matched = false;
  let failure: { readonly thrown: unknown } | undefined;
  const underWay = new Set<Promise<void>>();
  const isOver = (): boolean => run.signal.aborted || failure !== undefined || (matched && run.stopAtFirstMatch);
  const limit = run.oneAtATime ? 1 : Math.min(Math.max(threads ?? defaultThreads, 1), maxThreads);
  // Requests that cannot be sent are not waited for.
  const turns = new Turns(run.services.clock);
  for await (const payload of payloads.each(scope, run.dsl)) {
    await turns.next();
    while (underWay.size >= limit) await Promise.race(underWay);
    if (isOver()) break;
    const begun: Promise<void> = request(payload)
      .then(
        (hit) => {
          matched ||= hit;
        },
        (thrown: unknown) => {
          failure ??= { thrown };
        },
      )
      .finally(() => underWay.delete(begun));
    underWay.add(begun);
  }
  await Promise.all(underWay);
  if (failure !== undefined) throw failure.thrown;
  return matched;
};
