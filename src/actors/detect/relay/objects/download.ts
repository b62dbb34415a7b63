import { createHash } from "node:crypto";
import type { Clock } from "../../../../base/clock.ts";
import type { CentrePort, ObjectSource } from "../../centre-port.ts";
import { DetectError } from "../../errors.ts";
import type { NewObject, ObjectFiles } from "./object-files.ts";

/** One try to bring an object here. */
export interface Download {
  readonly centre: Pick<CentrePort, "download">;
  readonly files: ObjectFiles;
  readonly source: ObjectSource;
  /** There is no such file yet; after a failure there is none either. */
  readonly path: string;
  readonly clock: Clock;
  /** Nothing coming for that long is a failure. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
  /** Told of each chunk. */
  readonly arrived: (bytes: number) => void;
}

/**
 * Writes the bytes of an object to a read-only file, and makes sure that they are those that its digest names.
 * @throws DetectError `corrupt`: they are not; `unavailable`: nothing came in time, or it was aborted; and what the centre throws
 */
export const download = async (what: Download): Promise<void> => {
  const file = await what.files.create(what.path);
  try {
    try {
      await copy(what, file);
    } finally {
      await file.close();
    }
  } catch (thrown) {
    await what.files.remove(what.path);
    throw thrown;
  }
};

const copy = async ({ centre, source, clock, idleMs, signal, arrived }: Download, file: NewObject): Promise<void> => {
  const hash = createHash("sha256");
  const stop = new AbortController();
  const chunks = centre.download(source, AbortSignal.any([signal, stop.signal]))[Symbol.asyncIterator]();
  let size = 0;
  try {
    for (;;) {
      const next = await within(clock, idleMs, signal, chunks.next());
      if (next.done === true) break;
      size += next.value.byteLength;
      arrived(next.value.byteLength);
      if (size > source.size) throw corrupt(source, `more than ${source.size} bytes`);
      hash.update(next.value);
      await file.write(next.value);
    }
  } finally {
    stop.abort();
    // Not waited for: what does not deliver may not end either.
    chunks.return?.().catch(() => undefined);
  }
  if (size !== source.size) throw corrupt(source, `${size} bytes instead of ${source.size}`);
  const digest = hash.digest("hex");
  if (digest !== source.sha256) throw corrupt(source, `bytes of ${digest}`);
};

const corrupt = ({ sha256 }: ObjectSource, what: string): DetectError =>
  new DetectError("corrupt", `for the object ${sha256} came ${what}`, { retryable: true, ids: { sha256 } });

/** Waits for one chunk, no longer than that, and no longer than the download is wanted. */
const within = <Value>(clock: Clock, ms: number, signal: AbortSignal, value: Promise<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    const end = (message: string): void => {
      done();
      reject(new DetectError("unavailable", message, { retryable: true }));
    };
    const aborted = (): void => end("the download is not wanted any more");
    const timer = clock.after(ms, () => end(`nothing came for ${ms} ms`));
    const done = (): void => {
      timer.cancel();
      signal.removeEventListener("abort", aborted);
    };
    signal.addEventListener("abort", aborted);
    value.finally(done).then(resolve, reject);
    if (signal.aborted) aborted();
  });
