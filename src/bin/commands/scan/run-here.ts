import { systemClock } from "../../../base/clock.ts";
import { systemRandom } from "../../../base/random.ts";
import type { LoadedConfig } from "../../../config/index.ts";
import {
  bundleFilesOf,
  createScopeGuard,
  packBundle,
  parseScanTarget,
  type Resolver,
  resolverOf,
  scopeOfTargets,
  systemResolver,
} from "../../../engines/scan/index.ts";
import { exitCodes, type ExitCode } from "../../process/exit-codes.ts";
import { checkOutput } from "../../output/scan/findings-output.ts";
import { listenForInterrupt } from "../../process/interrupt.ts";
import { createLog } from "../../process/log.ts";
import { createSay, type Say } from "../../output/messages.ts";
import { readFindings } from "../../output/scan/read-findings.ts";
import { readConfig } from "../../process/read-config.ts";
import { type Baseline, runScan, type ScanToRun } from "../../local/run-scan.ts";
import { UsageError } from "../../process/usage-error.ts";
import type { OutputFlags } from "../common-flags.ts";
import { loadSupported, sayRefused } from "../load-supported.ts";
import { checkApplicable } from "./applicable.ts";
import { enabledTemplates } from "./enabled-templates.ts";
import type { RequestFlags } from "./request-flags.ts";
import { scanOptionsOf } from "./scan-options.ts";
import { type FindingsFlags, formatOf, type ResultFlags } from "./result-flags.ts";
import type { TargetFlags } from "./target-flags.ts";
import { checkTargetFlags, emptyLists, targetsOf } from "./targets.ts";
import { selectionOf, type TemplateFlags } from "./template-flags.ts";

/** What `scan run` takes. */
export interface RunFlags extends OutputFlags, TargetFlags, TemplateFlags, RequestFlags, FindingsFlags, ResultFlags {
  readonly config?: string;
  readonly scope?: readonly string[];
  readonly resolver?: readonly string[];
  readonly store?: string;
  readonly concurrency?: number;
  readonly strict?: true;
  readonly baseline?: string;
}

/** More are for a cluster: a local scan holds them all. */
const mostTargets = 100_000;
const usualTimeoutMs = 10_000;
/** Of a process whose results are what people look at. */
const usualLogLevel = "error";

/** Each target once, all of them. */
const allTargets = async (flags: RunFlags, signal: AbortSignal): Promise<readonly string[]> => {
  const targets = new Set<string>();
  for await (const { target } of targetsOf(flags, signal)) {
    targets.add(target);
    if (targets.size > mostTargets) {
      throw new UsageError(`more than ${mostTargets} targets: use scan submit, which takes any number`);
    }
  }
  if (targets.size === 0 && !signal.aborted) throw new UsageError(emptyLists);
  return [...targets];
};

/** The scope asked for, or what the targets imply. Every target has to be inside. */
const scopeFor = async (
  targets: readonly string[],
  { scope }: RunFlags,
  resolve: Resolver,
): Promise<readonly string[]> => {
  const entries = scope ?? (await scopeOfTargets(targets, resolve));
  const guard = createScopeGuard(entries);
  for (const target of targets) {
    const { host, port } = parseScanTarget(target);
    const refusal = host === undefined ? undefined : guard.refuseHost(host, port);
    if (refusal !== undefined) throw new UsageError(`target ${target} is out of scope: ${refusal}`);
  }
  return entries;
};

const logLevelOf = ({ config, sources }: LoadedConfig): string =>
  sources.get("log.level") === "default" ? usualLogLevel : config.log.level;

interface Prepared extends ScanToRun {
  readonly refusedTemplates: number;
  readonly baseline: Baseline | undefined;
}

/** Everything that can be wrong with what was asked for is found here, before anything is opened or sent. */
const prepare = async (flags: RunFlags, say: Say, signal: AbortSignal): Promise<Prepared> => {
  const loaded = readConfig(flags.config);
  const { scan } = loaded.config;
  const options = scanOptionsOf({ ...flags, timeout: flags.timeout ?? usualTimeoutMs });
  const resolve = flags.resolver === undefined ? systemResolver : resolverOf(flags.resolver);
  const targets = await allTargets(flags, signal);
  const scope = await scopeFor(targets, flags, resolve);
  const { files, refused } = await loadSupported(flags.templates, { selection: selectionOf(flags) });
  sayRefused(refused, files.length, say);
  const permitted = enabledTemplates(files, scan.enable, say);
  checkApplicable(targets, permitted);
  if (flags.output !== undefined) await checkOutput(flags.output);
  const earlier = flags.baseline === undefined ? undefined : await readFindings(flags.baseline);
  return {
    ...{ targets, scope, options, resolve, directory: flags.store },
    dnsServers: flags.resolver ?? [],
    enable: scan.enable,
    bundle: packBundle(bundleFilesOf(permitted)),
    settings: {
      maxTasksInProcess: scan.maxTasksInProcess,
      extractIntervalMs: scan.extractIntervalMs,
      leaseMs: scan.leaseMs,
      concurrencyPerTarget: scan.concurrencyPerTarget,
      retainMs: scan.retainMs,
      probes: flags.concurrency ?? scan.probes,
      rateLimitPerTarget: flags.rateLimit ?? scan.rateLimitPerTarget,
    },
    subtaskRequests: scan.subtaskRequests,
    log: createLog(logLevelOf(loaded)),
    oob: loaded.config,
    refusedTemplates: refused.length,
    baseline: earlier && { findings: earlier, templates: new Set(files.map(({ template }) => template.id)) },
  };
};

/** Scans from this process and prints what was found. */
export const scanHere = async (flags: RunFlags): Promise<ExitCode> => {
  checkTargetFlags(flags);
  const format = formatOf(flags);
  const say = createSay(flags.quiet === true);
  const interrupt = listenForInterrupt(say);
  try {
    const { refusedTemplates, baseline, ...scan } = await prepare(flags, say, interrupt.signal);
    if (interrupt.signal.aborted) return exitCodes.interrupted;
    const code = await runScan(scan, {
      say,
      clock: systemClock,
      random: systemRandom,
      signal: interrupt.signal,
      quiet: flags.quiet === true,
      json: flags.json === true,
      format,
      output: flags.output,
      baseline,
      failOn: flags.failOn,
      allowIncomplete: flags.allowIncomplete === true,
    });
    return code === exitCodes.complete && flags.strict === true && refusedTemplates > 0 ? exitCodes.incomplete : code;
  } finally {
    interrupt.release();
  }
};
