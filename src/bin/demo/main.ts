/**
 * `npm run demo [-- --seed S] [-- --store lmdb:DIR]`: scans the practice website with the starter templates, once undisturbed and once
 * while probes are killed, and shows that nothing is lost and nothing counts twice. Exit code 1 if that does not hold.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { asError } from "../../base/errors.ts";
import { systemClock } from "../../base/clock.ts";
import { seededRandom, systemRandom } from "../../base/random.ts";
import { findingsTable, scopeOfTargets, type Finding, type Template } from "../../engines/scan/index.ts";
import { loadSupported } from "../commands/load-supported.ts";
import { endProcess } from "../end-process.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { followRun } from "../follow-scan.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { startLocalScan } from "../local-scan.ts";
import { createLog } from "../log.ts";
import { parseWhole } from "../parse-flags.ts";
import { createProgress } from "../progress.ts";
import { readFindings } from "../scan-result.ts";
import { UsageError } from "../usage-error.ts";
import { startKiller } from "./killer.ts";
import { settle, type Ledger } from "./ledger.ts";
import { DemoRecorder } from "./recorder.ts";
import { startSite } from "./site-process.ts";

const bases = ["/", "/shop/", "/blog/", "/docs/", "/staff/", "/api/"];
const probes = 4;
const subtaskRequests = 10;
const siteDelayMs = 40;
const templatesFolder = fileURLToPath(new URL("../../../templates", import.meta.url));

interface DemoRun {
  readonly findings: readonly Finding[];
  readonly ledger: Ledger;
  readonly interrupted: boolean;
}

interface DemoOptions {
  readonly templates: readonly Template[];
  readonly folder: string;
  readonly directory: string | undefined;
  /** `undefined`: nobody is killed. */
  readonly seed: number | undefined;
  readonly signal: AbortSignal;
}

/** One scan of a fresh practice website. */
const runDemo = async ({ templates, folder, directory, seed, signal }: DemoOptions): Promise<DemoRun> => {
  const clock = systemClock;
  const site = await startSite(
    join(folder, `access-${seed ?? "calm"}.log`),
    seed === undefined ? 0 : siteDelayMs,
    clock,
  );
  const targets = bases.map((base) => `${site.url}${base}`);
  const recorder = new DemoRecorder(clock);
  const progress = createProgress(clock, seed === undefined);
  const scanned = async (): Promise<{ readonly findings: readonly Finding[]; readonly interrupted: boolean }> => {
    const scan = await startLocalScan({
      targets,
      templates,
      scope: await scopeOfTargets(targets),
      directory,
      probes,
      rateLimitPerTarget: undefined,
      subtaskRequests,
      http: {},
      clock,
      random: systemRandom,
      log: createLog("fatal"),
      notify: recorder.notify,
    });
    const stopKilling =
      seed === undefined
        ? () => undefined
        : startKiller(scan.system, probes, seededRandom(seed), clock, (probe) => recorder.killed(probe));
    try {
      const { taskIds } = scan.run;
      const ended = await followRun({
        space: scan.space,
        taskIds,
        clock,
        signal: AbortSignal.any([signal, scan.failed]),
        onProgress: ({ subtasks }) =>
          progress.update(subtasks.ended, subtasks.planned, `parts of the scan, ${recorder.restarts} probes restarted`),
        onSilence: () => undefined,
      });
      if (!ended.ended) scan.failed.throwIfAborted();
      const findings: Finding[] = [];
      for await (const finding of readFindings(scan.space, taskIds)) findings.push(finding);
      return { findings, interrupted: !ended.ended };
    } finally {
      stopKilling();
      await scan.close();
    }
  };
  try {
    const { findings, interrupted } = await scanned();
    const seen = await site.stop();
    return { findings, ledger: settle(targets, templates, seen, findings, recorder), interrupted };
  } finally {
    progress.stop();
    await site.stop();
  }
};

/** What makes two findings of two runs the same: the site's port differs from run to run. */
const keysOf = (findings: readonly Finding[]): readonly string[] =>
  findings
    .map((finding) => {
      const { pathname, search } = new URL(finding["matched-at"]);
      return JSON.stringify([
        finding["template-id"],
        finding["matcher-name"] ?? "",
        new URL(finding.url).pathname,
        pathname,
        search,
      ]);
    })
    .toSorted();

const directoryOf = (store: string | undefined): string | undefined => {
  if (store === undefined) return undefined;
  if (store.startsWith("lmdb:") && store.length > 5) return store.slice(5);
  throw new UsageError(`--store ${store}: use lmdb:DIR`);
};

const demo = async (): Promise<ExitCode> => {
  const { values } = parseArgs({ options: { seed: { type: "string", default: "1" }, store: { type: "string" } } });
  const seed = parseWhole(0, 2 ** 31)(values.seed);
  const directory = directoryOf(values.store);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const interrupt = listenForInterrupt(say);
  const folder = await mkdtemp(join(tmpdir(), "garrison-demo-"));
  try {
    const { templates } = await loadSupported([templatesFolder]);
    const common = { templates, folder, signal: interrupt.signal };
    say(`scanning the practice website: ${templates.length} templates, ${bases.length} targets, nobody disturbs`);
    const calm = await runDemo({ ...common, directory: undefined, seed: undefined });
    if (calm.interrupted) return exitCodes.interrupted;
    say(`${calm.findings.length} findings; the same again, while probes are killed (seed ${seed})`);
    const rough = await runDemo({ ...common, directory, seed });
    if (rough.interrupted) return exitCodes.interrupted;
    process.stdout.write(`${findingsTable(rough.findings)}\n`);
    const same = JSON.stringify(keysOf(calm.findings)) === JSON.stringify(keysOf(rough.findings));
    say(
      same
        ? "the findings equal those of the undisturbed scan"
        : "the findings differ from those of the undisturbed scan",
    );
    process.stdout.write(`ledger ${JSON.stringify(rough.ledger)}\n`);
    return same && rough.ledger.lost === 0 && rough.ledger.doneTwice === 0 ? exitCodes.complete : exitCodes.failed;
  } finally {
    interrupt.release();
    await rm(folder, { recursive: true, force: true });
  }
};

const errorOf = (thrown: unknown): ExitCode => {
  const error = asError(thrown);
  process.stderr.write(`demo: ${error.message}\n`);
  return error instanceof UsageError || error instanceof TypeError || error.name === "InvalidArgumentError"
    ? exitCodes.usage
    : exitCodes.failed;
};

endProcess(await demo().catch(errorOf), systemClock);
