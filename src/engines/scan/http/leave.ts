import { asError } from "../../../base/errors.ts";
import type { Watch } from "./watch.ts";

/**
 * Waits for something that may never come, no longer than until the signal fires: false then.
 *
 * @throws what the awaited thing throws
 */
export const leave = <Value>(
  awaited: Promise<Value>,
  signal: AbortSignal,
  watch: Watch,
): Promise<{ readonly value: Value } | false> =>
  new Promise((resolve, reject) => {
    const watched = {
      place: 0,
      check: (): void => {
        if (signal.aborted) end(() => resolve(false));
      },
    };
    const end = (settle: () => void): void => {
      watch.remove(watched);
      settle();
    };
    watch.add(watched);
    awaited.then(
      (value) => end(() => resolve(signal.aborted ? false : { value })),
      (thrown: unknown) => end(() => (signal.aborted ? resolve(false) : reject(asError(thrown)))),
    );
  });
