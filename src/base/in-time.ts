import type { Clock } from "./clock.ts";

/**
 * What `work` comes to, if that is within `ms`.
 * @param late the error when it is not; the work itself goes on, for nobody
 */
export const inTime = async <Value>(
  clock: Clock,
  ms: number,
  work: Promise<Value>,
  late: () => Error,
): Promise<Value> => {
  let fail: (error: Error) => void = () => undefined;
  const over = new Promise<never>((_resolve, reject) => (fail = reject));
  const timer = clock.after(ms, () => fail(late()));
  try {
    return await Promise.race([work, over]);
  } finally {
    timer.cancel();
  }
};
