import { runBroken, type BrokenBuild } from "../../support/broken-build.ts";
import type { GuardFlags } from "./commands.ts";

const defect = (name: string, caughtBy: string, patch: BrokenBuild["patch"]): BrokenBuild => ({
  name: `chaos-guard-${name}`,
  patch,
  caughtBy,
});

const writer = "src/shared-memory/queue/segment-writer.ts";

/** Defects of the product, each of which `guard-writers` has to find. */
export const brokenGuard: Readonly<Record<string, BrokenBuild>> = {
  /** Accesses are written by their age alone. */
  "fold-unbounded": defect("fold-unbounded", "accesses, at most 1024 may be lost", {
    file: "src/shared-memory/queue/report-queue.ts",
    find: "isOld || this.#fold.accesses >= this.#options.foldAccesses",
    replace: "isOld",
  }),
  /** What a file begins with is written again, as by a writer that does not know whether it was written. */
  "written-twice": defect("written-twice", "were counted", {
    file: writer,
    find: "const written = writeSync(file, frame);",
    replace: "if (this.#bytes === 0) writeSync(file, frame);\n      const written = writeSync(file, frame);",
  }),
  /** All writers take turns, as they would with one queue for all, and a turn takes a millisecond. */
  "shared-lock": defect("shared-lock", "it waits for another writer", {
    file: writer,
    find: "const written = writeSync(file, frame);",
    replace:
      'const { mkdirSync, rmdirSync } = process.getBuiltinModule("node:fs");\n' +
      '      const lock = this.#setup.folder + "-lock";\n' +
      "      for (;;) {\n" +
      "        try {\n          mkdirSync(lock);\n          break;\n        } catch {\n          continue;\n        }\n      }\n" +
      "      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);\n" +
      "      const written = writeSync(file, frame);\n      rmdirSync(lock);",
  }),
};

/** Defects of the product, each of which `guard-service` has to find. */
const brokenService: Readonly<Record<string, BrokenBuild>> = {
  /** A part that is sent again counts again. */
  "counted-again": defect("counted-again", "more were counted", {
    file: "src/actors/guard/service/counting/seen-reports.ts",
    find: 'return { type: "repeated" };',
    replace: 'return { type: "new", from: 0 };',
  }),
  /** Reports are acknowledged before they are stored. */
  "acknowledged-early": defect("acknowledged-early", "fewer were counted", {
    file: "src/actors/guard/service/counting/count-reports.ts",
    find: "await commitChanges(work, [...journal, ...changes, ...seen]);",
    replace: "commitChanges(work, [...journal, ...changes, ...seen]).catch(() => undefined);",
  }),
};

const deadlineMs = 10 * 60_000;

/** `guard-broken NAME`: `guard-writers` or `guard-service` in a copy of the sources that has the defect. Holds if the run failed, and for this. */
export const guardBroken = async (name: string | undefined, { seed, print }: GuardFlags): Promise<boolean> => {
  const writers = brokenGuard[name ?? ""];
  const build = writers ?? brokenService[name ?? ""];
  if (build === undefined) {
    throw new Error(`--broken: ${[...Object.keys(brokenGuard), ...Object.keys(brokenService)].join(", ")}`);
  }
  const run =
    writers === undefined
      ? ["guard-service", "--kills", "10"]
      : ["guard-writers", "--kills", "30", "--stops", "4", "--stop-ms", "2000"];
  const { code, overdue, output } = await runBroken(
    build,
    ["test/chaos/scan/main.js", ...run, "--seed", String(seed)],
    deadlineMs,
  );
  print(output.trimEnd());
  const caught = !overdue && code !== 0 && output.includes(build.caughtBy);
  print(caught ? `caught: ${build.name}` : `not caught: ${build.name} says nothing of "${build.caughtBy}"`);
  return caught;
};
