import { noOptions, type BundleStore, type Scans } from "../../../../actors/scan/index.ts";
import type { Config } from "../../../../config/index.ts";
import { checkScanSpec, type QueueGate, type Scope } from "../../../../control/index.ts";
import { CommandFailure } from "../../../../engines/playbook/node-commands/index.ts";
import {
  appliesTo,
  bundleFilesOf,
  everyTemplate,
  packBundle,
  parseScanTarget,
  type PackedBundle,
} from "../../../../engines/scan/index.ts";
import { enabledTemplates } from "../../../commands/scan/enabled-templates.ts";
import { loadSupported } from "../../../commands/load-supported.ts";
import type { ScanRequest } from "./scan-words.ts";
import { templatePaths } from "./template-paths.ts";

export interface StartScansSetup {
  readonly scans: Scans;
  readonly bundles: BundleStore;
  readonly gate: QueueGate;
  /** What may be scanned. */
  readonly scope: Scope;
  readonly enable: Config["scan"]["enable"];
  readonly templates: {
    /** What ships with the product. */
    readonly shipped: string;
    readonly folders: readonly string[];
  };
}

export interface StartedScan {
  readonly id: string;
  readonly target: string;
}

export interface StartedScans {
  readonly scans: readonly StartedScan[];
  /** Chosen templates that this node cannot run or whose protocol is off; 0 when the scans were there already. */
  readonly templatesNotRun: number;
}

/**
 * Stores a scan of each target and resolves with them in order. Those that were stored under the same key before are not stored again,
 * whatever became of the templates meanwhile.
 *
 * @throws CommandFailure, ControlError, ScanError, UsageError, ScanActorError, StoreError
 */
export const startScans = async (
  setup: StartScansSetup,
  request: ScanRequest,
  idempotencyKey: string,
): Promise<StartedScans> => {
  const { scans, bundles, gate, scope } = setup;
  const wanted = request.targets.map((given, at) => ({ id: `${idempotencyKey}-${at + 1}`, target: targetOf(given) }));
  const stored = await Promise.all(wanted.map(({ id }) => scans.get(id)));
  const missing = wanted.filter((_, at) => stored[at] === undefined);
  if (missing.length === 0) return { scans: wanted, templatesNotRun: 0 };

  // All are judged before the first one is stored. The templates make no difference to whether a target may be scanned.
  for (const { target } of missing) checkScanSpec({ target, options: noOptions }, scope);
  const { hash, bytes, templatesNotRun } = await bundleFor(setup, request);
  await gate.pass();
  await bundles.put(hash, bytes);
  for (const { id, target } of missing) await scans.submit(id, { target, bundle: hash, options: noOptions });
  return { scans: wanted, templatesNotRun };
};

/** As it is scanned. A folder is nothing that a playbook scans: what is in one of a node is not its business. */
const targetOf = (given: string): string => {
  const { text, folder } = parseScanTarget(given);
  if (folder !== undefined) throw new CommandFailure("refused", `scan ${text}: playbooks do not scan folders of nodes`);
  return text;
};

const bundleFor = async (
  { enable, templates }: StartScansSetup,
  request: ScanRequest,
): Promise<PackedBundle & Pick<StartedScans, "templatesNotRun">> => {
  const { shipped, folders } = templates;
  const paths =
    request.templates.length === 0 ? [shipped] : await templatePaths([...folders, shipped], request.templates);
  const selection = { ...everyTemplate, tags: request.tags, severities: request.severities };
  const { files, refused } = await loadSupported(paths, { selection });
  const permitted = enabledTemplates(files, enable, () => undefined);
  for (const given of request.targets) {
    const target = parseScanTarget(given);
    if (permitted.some(({ template }) => appliesTo(template, target))) continue;
    throw new CommandFailure("threw", `none of the templates can be run against ${target.text}`);
  }
  const templatesNotRun = refused.length + files.length - permitted.length;
  return { ...packBundle(bundleFilesOf(permitted)), templatesNotRun };
};
