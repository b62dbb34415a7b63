import type { Clock } from "../../../base/clock.ts";
import { FailureError } from "../http/failure.ts";

export interface Bounds {
  readonly clock: Clock;
  /** Milliseconds from now. */
  readonly withinMs: number;
  readonly signal: AbortSignal;
  /** What takes so long, for the message: "connecting to 127.0.0.1:21". */
  readonly what: string;
}

/**
 * Runs something that may never end, no longer than its deadline and its signal allow. `cancel` is called when it was
 * given up, to end what it holds; what it would have become is then dropped.
 *
 * @throws FailureError `timeout` or `aborted`, and what the work throws
 */
export const within = <Result>(
  { clock, withinMs, signal, what }: Bounds,
  start: () => Promise<Result>,
  cancel: () => void = () => undefined,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    const aborted = (): FailureError => new FailureError("aborted", `aborted while ${what}`);
    if (signal.aborted) return reject(aborted());
    const settle = (then: () => void): void => {
      timer.cancel();
      signal.removeEventListener("abort", onAbort);
      then();
    };
    const giveUp = (failure: FailureError): void => {
      settle(() => reject(failure));
      cancel();
    };
    const onAbort = (): void => giveUp(aborted());
    const timer = clock.after(Math.max(withinMs, 0), () =>
      giveUp(new FailureError("timeout", `${what} took longer than ${Math.round(withinMs)} ms`)),
    );
    signal.addEventListener("abort", onAbort, { once: true });
    start().then(
      (result) => settle(() => resolve(result)),
      (thrown: unknown) => settle(() => reject(thrown instanceof Error ? thrown : new Error(String(thrown)))),
    );
  });
