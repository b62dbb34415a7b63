import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const keptOutput = 200_000;

/** A defect put into a copy of the sources, to show that a check finds it. */
export interface BrokenBuild {
  /** Folder name, unique among the broken builds. */
  readonly name: string;
  /** One change; `find` occurs exactly once in the file. Paths from the project's root. */
  readonly patch: { readonly file: string; readonly find: string; readonly replace: string };
  /** What the failing run must print, e.g. `violated I9`. */
  readonly caughtBy: string;
}

export interface BrokenRun {
  /** Exit code; `null` when a signal ended it. */
  readonly code: number | null;
  readonly overdue: boolean;
  readonly output: string;
}

/**
 * Copies `src` and `test` to `.broken/<name>`, where `node_modules` and `package.json` resolve to the project's, breaks the copy, runs
 * `node` there with the given arguments and removes the copy again.
 */
export const runBroken = async (
  build: BrokenBuild,
  nodeArguments: readonly string[],
  deadlineMs: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<BrokenRun> => {
  const folder = path.join(root, ".broken", `${build.name}-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true });
    for (const part of ["src", "test"]) {
      await cp(path.join(root, part), path.join(folder, part), { recursive: true });
    }
    await cp(path.join(root, "tsconfig.json"), path.join(folder, "tsconfig.json"));
    await applyPatch(folder, build);
    return await runNode(folder, nodeArguments, deadlineMs, environment);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Starts the runs of all builds, two at a time. Await all of them before the suite ends: each removes its copy then. */
export const runTwoAtATime = (
  builds: readonly BrokenBuild[],
  run: (build: BrokenBuild) => Promise<BrokenRun>,
): ReadonlyMap<BrokenBuild, Promise<BrokenRun>> => {
  const runs = new Map<BrokenBuild, Promise<BrokenRun>>();
  const lanes: [Promise<unknown>, Promise<unknown>] = [Promise.resolve(), Promise.resolve()];
  builds.forEach((build, at) => {
    const lane = at % 2 === 0 ? 0 : 1;
    const outcome = lanes[lane].then(() => run(build));
    runs.set(build, outcome);
    lanes[lane] = outcome.catch(() => undefined);
  });
  return runs;
};

/** Fails unless the broken build fails, in time, and says why. */
export const assertCaught = (build: BrokenBuild, { code, overdue, output }: BrokenRun): void => {
  const tail = output.slice(-2_000);
  assert.equal(overdue, false, `${build.name} did not end in time:\n${tail}`);
  assert.notEqual(code, 0, `${build.name} was not caught:\n${tail}`);
  assert.ok(output.includes(build.caughtBy), `${build.name} failed without "${build.caughtBy}":\n${tail}`);
};

const applyPatch = async (folder: string, { name, patch }: BrokenBuild): Promise<void> => {
  const file = path.join(folder, patch.file);
  const source = await readFile(file, "utf8");
  const found = source.split(patch.find).length - 1;
  assert.equal(found, 1, `${name}: its patch matches ${found} times in ${patch.file}`);
  await writeFile(
    file,
    source.replace(patch.find, () => patch.replace),
  );
};

const runNode = (
  cwd: string,
  nodeArguments: readonly string[],
  deadlineMs: number,
  environment: Readonly<Record<string, string>>,
): Promise<BrokenRun> =>
  new Promise((resolve, reject) => {
    // A process group of its own, so that the deadline ends its children too.
    const child = spawn(process.execPath, nodeArguments, {
      cwd,
      env: { ...process.env, ...environment },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let overdue = false;
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString("utf8")).slice(-keptOutput);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const deadline = setTimeout(() => {
      overdue = true;
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, deadlineMs);
    child.once("error", (error) => {
      clearTimeout(deadline);
      reject(error);
    });
    child.once("close", (code) => {
      clearTimeout(deadline);
      resolve({ code, overdue, output });
    });
  });
