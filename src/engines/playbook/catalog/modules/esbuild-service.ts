import type { BuildOptions, BuildResult } from "esbuild";
import type { Clock } from "../../../../base/clock.ts";
import { asError } from "../../../../base/errors.ts";
import { catalogBounds } from "../bounds.ts";

export interface BuildSettings extends BuildOptions {
  readonly write: false;
  readonly metafile: true;
}

export type Built = BuildResult<BuildSettings>;

/** Builds one module. Rejects with esbuild's BuildFailure, and when its process ended or was too slow. */
export type Build = (settings: BuildSettings) => Promise<Built>;

/** esbuild has one process for all that a process of ours builds: only one may decide when it ends. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Lends esbuild, and ends its process afterwards. Who asks while it is lent waits. Source that is nested too deeply ends that
 * process; the next build has another one.
 */
export const withEsbuild = async <Result>(clock: Clock, work: (build: Build) => Promise<Result>): Promise<Result> => {
  const before = last;
  const mine = before.then(() => lend(clock, work));
  last = mine.catch(() => undefined);
  return mine;
};

const lend = async <Result>(clock: Clock, work: (build: Build) => Promise<Result>): Promise<Result> => {
  // Only those who have playbooks have to load it.
  const esbuild = await import("esbuild");
  const build: Build = async (settings) => {
    try {
      return await inTime(clock, esbuild.build(settings));
    } catch (thrown) {
      // What is wrong with the source says so in a list; else the process is of no more use.
      if (!(thrown instanceof Error && "errors" in thrown)) await esbuild.stop();
      throw thrown;
    }
  };
  try {
    return await work(build);
  } finally {
    await esbuild.stop();
  }
};

const inTime = <Result>(clock: Clock, building: Promise<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    const timer = clock.after(catalogBounds.bundleMs, () =>
      reject(new Error(`took longer than ${catalogBounds.bundleMs} ms`)),
    );
    const settled = (then: () => void): void => {
      timer.cancel();
      then();
    };
    building.then(
      (result) => settled(() => resolve(result)),
      (thrown: unknown) => settled(() => reject(asError(thrown))),
    );
  });
