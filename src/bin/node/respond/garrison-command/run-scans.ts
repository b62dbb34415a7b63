import { severities, type Severity } from "../../../../engines/scan/template/severity.ts";
import type { CommandOutput } from "../../../../engines/playbook/node-commands/index.ts";
import { awaitScan, type AwaitScansSetup, type CompleteScan } from "./await-scans.ts";
import type { ScanRequest } from "./scan-words.ts";
import { startScans, type StartedScans, type StartScansSetup } from "./start-scans.ts";
import { throughOutages } from "./through-outages.ts";

export type RunScansSetup = StartScansSetup & AwaitScansSetup;

/**
 * Starts scans, and waits for them if it is to. When the store is away it goes on where it was: each scan is looked at by one, and what is
 * known of its templates is not lost.
 *
 * @returns the ids of the scans as `text`, a line each, and as facts `scans`, for a single one `scan_id`, and `templates_not_run` if there are
 * any; of those that were waited for also `state`, `complete` and `findings` by severity
 * @throws CommandFailure, ControlError, ScanError, UsageError, ScanActorError, StoreError
 */
export const runScans = async (
  setup: RunScansSetup,
  request: ScanRequest,
  idempotencyKey: string,
  signal: AbortSignal,
): Promise<CommandOutput> => {
  const { clock } = setup;
  const started = await throughOutages(clock, signal, () => startScans(setup, request, idempotencyKey));
  if (!request.wait) return outputOf(started, {});
  const scans = await Promise.all(
    started.scans.map((scan) => throughOutages(clock, signal, () => awaitScan(setup, scan, signal))),
  );
  return outputOf(started, { state: "done", complete: true, findings: sumOf(scans) });
};

const outputOf = ({ scans, templatesNotRun }: StartedScans, facts: CommandOutput["facts"]): CommandOutput => {
  const [first, ...more] = scans;
  return {
    text: scans.map(({ id }) => id).join("\n"),
    truncated: false,
    facts: {
      ...(first === undefined || more.length > 0 ? {} : { scan_id: first.id }),
      ...facts,
      ...(templatesNotRun === 0 ? {} : { templates_not_run: templatesNotRun }),
      scans: scans.map(({ id, target }) => ({ scan_id: id, target })),
    },
  };
};

const sumOf = (scans: readonly CompleteScan[]): Readonly<Record<Severity, number>> => {
  const sums: Record<Severity, number> = { info: 0, low: 0, medium: 0, high: 0, critical: 0, unknown: 0 };
  for (const { findings } of scans) for (const severity of severities) sums[severity] += findings[severity];
  return sums;
};
