import { systemClock } from "../../../base/clock.ts";
import { openCatalog } from "../../../engines/playbook/index.ts";
import { inOrder } from "../../calls/in-order.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { messageLine } from "../../output/messages.ts";
import { readTrustedKeys } from "../../node/respond/read-trusted-keys.ts";
import { toStdout } from "../../output/stdout.ts";
import { exitCodes, type ExitCode } from "../../process/exit-codes.ts";
import { readConfig } from "../../process/read-config.ts";
import { UsageError } from "../../process/usage-error.ts";
import type { OutputFlags } from "../common-flags.ts";
import { judgeFile, type JudgeSetup } from "./judge-file.ts";
import type { JudgedFile, Reason } from "./judged-file.ts";
import { foldersOf, type ListedFile, listedFiles } from "./listed-files.ts";

/** What `playbook validate` takes. */
export interface ValidateFlags extends OutputFlags {
  readonly config?: string;
}

/** Processes at once that load a playbook each. */
const atOnce = 2;

const reasonLine = (file: string, what: string, { key, line, message }: Reason): string =>
  `${file}:${line}: ${what}: ${key === "" ? "" : `${key}: `}${message}`;

const linesOf = ({ file, status, reasons, warnings, markings, signatures }: JudgedFile): readonly string[] => [
  ...(status === "supported"
    ? [[`${file}: supported`, ...markings, ...signatures.map(({ state }) => `signature ${state}`)].join(", ")]
    : reasons.map((reason) => reasonLine(file, status, reason))),
  ...warnings.map((reason) => reasonLine(file, "warning", reason)),
];

const sayCounts = (files: readonly JudgedFile[]): void => {
  const count = (status: JudgedFile["status"]): number => files.filter((file) => file.status === status).length;
  const counts = `${count("supported")} supported, ${count("refused")} refused, ${count("invalid")} invalid`;
  process.stderr.write(`${files.length} files: ${counts}\n`);
};

type Outcome = { readonly judged: JudgedFile } | { readonly failure: unknown };

const outcomeOf = async (file: ListedFile, setup: JudgeSetup): Promise<Outcome> => {
  try {
    return { judged: await judgeFile(file, setup) };
  } catch (failure) {
    return { failure };
  }
};

const judgeAll = async (
  paths: readonly string[],
  setup: JudgeSetup,
  flags: ValidateFlags,
): Promise<readonly JudgedFile[]> => {
  const all: JudgedFile[] = [];
  for await (const outcome of inOrder(listedFiles(paths, setup.catalog), atOnce, (file) => outcomeOf(file, setup))) {
    if ("failure" in outcome) throw outcome.failure;
    const { judged } = outcome;
    all.push(judged);
    await toStdout(flags.json === true ? jsonLine(judged) : linesOf(judged).map(messageLine).join(""));
  }
  return all;
};

/** Says of each file of playbooks and bindings whether it can be used. @throws UsageError for a path that is none of them */
export const validateFiles = async (paths: readonly string[], flags: ValidateFlags): Promise<ExitCode> => {
  const { child, signatures } = readConfig(flags.config).config.respond;
  const trusted = await readTrustedKeys(signatures.trusted);
  const folders = await foldersOf(paths);
  const files = await openCatalog({
    playbooks: folders,
    rules: folders,
    signatures: { required: signatures.required, trusted },
    clock: systemClock,
  });
  try {
    const setup = { catalog: files.current(), clock: systemClock, child, trusted };
    const all = await judgeAll(paths, setup, flags);
    if (all.length === 0)
      throw new UsageError(`there is neither a playbook nor a file of bindings at ${paths.join(", ")}`);
    if (flags.json !== true && flags.quiet !== true) sayCounts(all);
    return all.every(({ status }) => status === "supported") ? exitCodes.complete : exitCodes.failed;
  } finally {
    await files.close();
  }
};
