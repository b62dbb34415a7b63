import { asError } from "../../../base/errors.ts";
import { failureOf } from "../http/failure.ts";
import type { Tally } from "../run/tally.ts";
import { SkippedHostError } from "./sockets.ts";

/** Tells the tally why a request got no answer. One that was aborted is neither answered nor at fault. */
const tellFailure = (tally: Tally, url: string, thrown: unknown): void => {
  if (thrown instanceof SkippedHostError) {
    tally.skipped(thrown.host, thrown.reason, thrown.message);
    return;
  }
  const { kind, message } = failureOf(asError(thrown), url);
  if (kind !== "aborted") tally.failed(url, kind, message);
};

/** What the work gives; undefined when it failed, which the tally has been told then. */
export const attempt = async <Result>(
  tally: Tally,
  url: string,
  work: () => Promise<Result>,
): Promise<Result | undefined> => {
  try {
    return await work();
  } catch (thrown) {
    tellFailure(tally, url, thrown);
    return undefined;
  }
};
