import { type Command, Option } from "commander";
import { systemClock } from "../../base/clock.ts";
import { systemRandom } from "../../base/random.ts";
import { createScopeGuard, parseTarget, scopeOfTargets, severities, type Severity } from "../../engines/scan/index.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { checkOutput, formats, rendered, writeResults, type Format } from "../findings-output.ts";
import { followRun } from "../follow-scan.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { startLocalScan } from "../local-scan.ts";
import { createLog, isLogLevel } from "../log.ts";
import { collect, parseDuration, parseWhole } from "../parse-flags.ts";
import { createProgress } from "../progress.ts";
import { exitCodeOf, FindingTally, readFindings, resultOf, type RunResult } from "../scan-result.ts";
import { UsageError } from "../usage-error.ts";
import { loadSupported, reasonLines } from "./load-supported.ts";

interface Flags {
  readonly target: readonly string[];
  readonly templates: readonly string[];
  readonly scope?: readonly string[];
  readonly format?: Format;
  readonly output?: string;
  readonly store?: string;
  readonly concurrency: number;
  readonly rateLimit?: number;
  readonly timeout: number;
  readonly failOn?: Severity;
  readonly allowIncomplete?: true;
  readonly strict?: true;
  readonly json?: true;
  readonly quiet?: true;
}

const subtaskRequests = 10;
const shownGaps = 20;
const shownRefusals = 20;

/** The scope asked for, or what the targets imply. Every target has to be inside. */
const scopeFor = async (targets: readonly string[], flags: Flags): Promise<readonly string[]> => {
  const scope = flags.scope ?? (await scopeOfTargets(targets));
  const guard = createScopeGuard(scope);
  for (const target of targets) {
    const { hostname, port } = parseTarget(target);
    const refusal = guard.refuseHost(hostname, port);
    if (refusal !== undefined) throw new UsageError(`target ${target} is out of scope: ${refusal}`);
  }
  return scope;
};

/** What a person is told on standard error at the end: whether all was looked at, and what was not. */
const closingLines = (
  result: RunResult,
  findings: number,
  interrupted: boolean,
  store: string | undefined,
): readonly string[] => {
  const { planned, sent, failed, skipped, unneeded } = result.requests;
  const state = interrupted ? "interrupted" : result.complete ? "complete" : "incomplete";
  const more = result.gaps.length - shownGaps;
  return [
    ...result.gaps.slice(0, shownGaps),
    ...(more > 0 ? [`${more} more of these`] : []),
    ...(interrupted && store !== undefined ? ["the same command goes on where this one stopped"] : []),
    `scan ${state}: ${findings} findings; ${planned} requests planned, ${sent} answered, ${failed} failed, ${skipped} skipped, ${unneeded} not needed`,
  ];
};

const closingJson = (result: RunResult, findings: number, interrupted: boolean): string =>
  JSON.stringify({
    event: "summary",
    findings,
    requests: result.requests,
    complete: result.complete && !interrupted,
    interrupted,
    gaps: result.gaps,
  });

const scanRun = async (flags: Flags): Promise<ExitCode> => {
  const say = (line: string): void => {
    if (flags.quiet !== true) process.stderr.write(`${line}\n`);
  };
  const targets = [...new Set(flags.target)];
  const scope = await scopeFor(targets, flags);
  const { templates, refused } = await loadSupported(flags.templates);
  refused.flatMap(reasonLines).slice(0, shownRefusals).forEach(say);
  if (refused.length > 0) say(`${refused.length} templates are not run; ${templates.length} are`);
  if (flags.output !== undefined) await checkOutput(flags.output);
  const level = process.env["GARRISON_LOG__LEVEL"] ?? "error";
  if (!isLogLevel(level))
    throw new UsageError(`GARRISON_LOG__LEVEL is "${level}": use one of pino's levels, such as info`);

  const progress = createProgress(systemClock, flags.quiet === true);
  const interrupt = listenForInterrupt(say);
  let restarts = 0;
  try {
    const scan = await startLocalScan({
      targets,
      templates,
      scope,
      directory: flags.store,
      probes: flags.concurrency,
      rateLimitPerTarget: flags.rateLimit,
      subtaskRequests,
      http: { totalMs: flags.timeout, headersMs: flags.timeout },
      clock: systemClock,
      random: systemRandom,
      log: createLog(level),
      notify: (event) => {
        if (event.type === "probe-restarted") restarts += 1;
      },
    });
    try {
      if (scan.run.resumed) say("going on with the unfinished scan of these targets and templates");
      const ended = await followRun({
        space: scan.space,
        taskIds: scan.run.taskIds,
        clock: systemClock,
        signal: AbortSignal.any([interrupt.signal, scan.failed]),
        onProgress: ({ subtasks }) =>
          progress.update(subtasks.ended, subtasks.planned, `parts of the scan, ${restarts} restarts`),
        onSilence: ({ message }) => say(`${message}; trying again`),
      });
      progress.stop();
      if (!ended.ended) scan.failed.throwIfAborted();
      const interrupted = !ended.ended;
      const result = resultOf(targets, ended);
      const tally = new FindingTally();
      const findings = tally.counting(readFindings(scan.space, scan.run.taskIds));
      const format = flags.json === true ? "jsonl" : (flags.format ?? "table");
      await writeResults(rendered(format, findings), flags.output);
      if (flags.json === true) say(closingJson(result, tally.count, interrupted));
      else closingLines(result, tally.count, interrupted, flags.store).forEach(say);
      const code = exitCodeOf(result, tally, {
        failOn: flags.failOn,
        allowIncomplete: flags.allowIncomplete === true,
        interrupted,
      });
      return code === exitCodes.complete && flags.strict === true && refused.length > 0 ? exitCodes.incomplete : code;
    } finally {
      await scan.close();
    }
  } finally {
    progress.stop();
    interrupt.release();
  }
};

export const addScanRun = (scan: Command, onExit: (code: ExitCode) => void): void => {
  scan
    .command("run")
    .description("scan websites from this process and print what was found")
    .requiredOption("--target <url>", "a website, http or https; repeatable", collect)
    .requiredOption("--templates <path>", "a template or a folder of them; repeatable", collect)
    .option(
      "--scope <entry>",
      "a host, *.domain, address or network that may be contacted, with :port if wanted; repeatable (default: the targets)",
      collect,
    )
    .addOption(new Option("--format <format>", "of the findings (default: table)").choices(formats))
    .option("--output <file>", "where the findings go (default: standard output)")
    .option("--store <dir>", "keep the scan here, so that it can go on after an interruption")
    .option("--concurrency <n>", "probes that work at once", parseWhole(1, 256), 8)
    .option("--rate-limit <n>", "requests per second to one target, at most", parseWhole(1, 100_000))
    .option("--timeout <duration>", "for one request with its redirects", parseDuration, 10_000)
    .addOption(
      new Option("--fail-on <severity>", "exit with 3 at a finding of this severity or a higher one").choices([
        ...severities,
      ]),
    )
    .option("--allow-incomplete", "exit with 0 even if not everything could be looked at")
    .option("--strict", "exit with 4 if a template was refused")
    .option("--json", "findings as JSON lines, the summary as JSON on standard error")
    .option("--quiet", "nothing on standard error but errors")
    .action(async (flags: Flags) => {
      onExit(await scanRun(flags));
    });
};
