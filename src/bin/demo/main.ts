/**
 * `npm run demo [-- --seed S --store URL]`: three nodes scan the practice website with the starter templates, once undisturbed and once
 * while one of them is killed at a third of the requests and started again; with `--store redis --store-restarts N` their store is killed
 * too. The same nodes then answer 500 events with playbooks of which three are bad, and one node is killed again; then they judge samples with
 * engines of which one fails at some, and a detector is killed; then they count accesses to two front ends, of which one is killed with a node, and
 * answer somebody who tries out passwords there. Shows that nothing is lost, nothing counts twice, nothing is cleared that an engine has not
 * seen, and nobody is intercepted who has not exceeded a limit. Exit code 1 if that does not hold.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { asError } from "../../base/errors.ts";
import { systemClock } from "../../base/clock.ts";
import { systemRandom } from "../../base/random.ts";
import { ConfigError } from "../../config/index.ts";
import { bundleFilesOf, findingsTable, loadTemplates, packBundle, type Finding } from "../../engines/scan/index.ts";
import { endProcess } from "../process/end-process.ts";
import { exitCodes, type ExitCode } from "../process/exit-codes.ts";
import { listenForInterrupt } from "../process/interrupt.ts";
import { UsageError } from "../process/usage-error.ts";
import { parseDemoFlags } from "./demo-options.ts";
import { runDemo } from "./demo-run.ts";
import type { DemoStore } from "./demo-store.ts";
import { openDemoStore } from "./open-demo-store.ts";

const templatesFolder = fileURLToPath(new URL("../../../templates", import.meta.url));

/** What makes two findings of two runs the same: the site's port differs from run to run. */
const keysOf = (findings: readonly Finding[]): readonly string[] =>
  findings
    .map((finding) => {
      const { pathname, search } = new URL(finding["matched-at"]);
      return JSON.stringify([
        finding["template-id"],
        finding["matcher-name"] ?? "",
        new URL(finding.url ?? finding["matched-at"]).pathname,
        pathname,
        search,
      ]);
    })
    .toSorted();

const demo = async (signal: AbortSignal, say: (line: string) => void): Promise<ExitCode> => {
  const { seed, store: choice } = parseDemoFlags(process.argv.slice(2));
  const folder = await mkdtemp(join(tmpdir(), "garrison-demo-"));
  const opening = { clock: systemClock, random: systemRandom };
  let store: DemoStore | undefined;
  try {
    const supported = (await loadTemplates([templatesFolder])).filter((file) => file.status === "supported");
    const templates = supported.map(({ template }) => template);
    const bundle = packBundle(bundleFilesOf(supported));
    // Before the first scan: what is wrong with it is told at once.
    store = await openDemoStore(choice, { ...opening, folder: join(folder, "rough") });
    const calmStore = await openDemoStore(
      { type: "lmdb", url: undefined },
      { ...opening, folder: join(folder, "calm") },
    );
    const common = { templates, bundle, folder, clock: systemClock, signal, say };
    say(`three nodes scan the practice website with ${templates.length} templates, nobody disturbs them`);
    const calm = await runDemo({ ...common, name: "calm", store: calmStore, seed: undefined });
    say(`${calm.findings.length} findings; the same again, and one node is killed (seed ${seed})`);
    const rough = await runDemo({ ...common, name: "rough", store, seed });
    process.stdout.write(`${findingsTable(rough.findings)}\n`);
    const same = JSON.stringify(keysOf(calm.findings)) === JSON.stringify(keysOf(rough.findings));
    say(`the findings ${same ? "equal" : "differ from"} those of the undisturbed scan`);
    const more = [rough.response, rough.detection, rough.interception].filter((part) => part !== undefined);
    for (const { table } of more) process.stdout.write(table);
    const faults = [...calm.faults, ...rough.faults, ...more.flatMap((part) => part.faults)];
    faults.forEach(say);
    const ledgers = [rough.ledger, ...more.map(({ ledger }) => ledger)];
    for (const ledger of ledgers) process.stdout.write(`ledger ${JSON.stringify(ledger)}\n`);
    const clean = faults.length === 0 && ledgers.every(({ lost, doneTwice }) => lost + doneTwice === 0);
    return same && clean ? exitCodes.complete : exitCodes.failed;
  } finally {
    await store?.close();
    await rm(folder, { recursive: true, force: true });
  }
};

const codeOf = (thrown: unknown, interrupted: boolean): ExitCode => {
  if (interrupted) return exitCodes.interrupted;
  const error = asError(thrown);
  process.stderr.write(`demo: ${error.message}\n`);
  const isUsage =
    error instanceof UsageError ||
    error instanceof ConfigError ||
    error instanceof TypeError ||
    error.name === "InvalidArgumentError";
  return isUsage ? exitCodes.usage : exitCodes.failed;
};

const main = async (): Promise<ExitCode> => {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const interrupt = listenForInterrupt(say);
  try {
    return await demo(interrupt.signal, say);
  } catch (thrown) {
    return codeOf(thrown, interrupt.signal.aborted);
  } finally {
    interrupt.release();
  }
};

endProcess(await main(), systemClock);
