import { basename } from "node:path";
import { systemClock } from "../../../base/clock.ts";
import { printable } from "../../../base/printable.ts";
import type { Playbook } from "../../../client/index.ts";
import { cacaoExports } from "../../../control/runs/playbook-message.ts";
import { type CacaoPlaybook, describeCacao, type TrustedKey } from "../../../engines/playbook/cacao/index.ts";
import { graphSvg } from "../../../engines/playbook/cacao/graph/graph-svg.ts";
import { graphText } from "../../../engines/playbook/cacao/graph/graph-text.ts";
import { type Graph, graphOf } from "../../../engines/playbook/cacao/graph/graph.ts";
import { PlaybookError } from "../../../engines/playbook/index.ts";
import { callNode } from "../../calls/call-node.ts";
import { readTrustedKeys } from "../../node/respond/read-trusted-keys.ts";
import { factLines } from "../../output/text/fact-lines.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { playbookFacts, variableLines } from "../../output/respond/playbook-text.ts";
import { toStdout } from "../../output/stdout.ts";
import { toFile } from "../../output/to-file.ts";
import { exitCodes, type ExitCode } from "../../process/exit-codes.ts";
import { readConfig } from "../../process/read-config.ts";
import { UsageError } from "../../process/usage-error.ts";
import type { ConnectionFlags } from "../common-flags.ts";
import { readCacaoFile } from "./read-cacao.ts";

/** What `playbook show` takes. */
export interface ShowFlags extends ConnectionFlags {
  readonly svg?: true;
  readonly output?: string;
}

const lineChars = 500;

interface Shown {
  readonly playbook: Playbook;
  /** Undefined: it is a module. */
  readonly cacao: CacaoPlaybook | undefined;
}

/** @throws UsageError when it cannot run */
const read = (name: string, source: unknown, trusted: readonly TrustedKey[]) => {
  try {
    return describeCacao(source, trusted, systemClock.wallMs());
  } catch (error) {
    if (!(error instanceof PlaybookError)) throw error;
    throw new UsageError(`${name}: ${error.message}`, error);
  }
};

const ofFile = async (file: string, { config }: ShowFlags): Promise<Shown> => {
  const found = await readCacaoFile(file);
  if ("problem" in found) throw new UsageError(`${file}: ${found.problem}`);
  const description = read(
    file,
    found.source,
    await readTrustedKeys(readConfig(config).config.respond.signatures.trusted),
  );
  const about = { id: basename(file, ".json"), version: "", kind: "cacao", bindings: [] };
  return { playbook: { ...about, ...cacaoExports(description) }, cacao: description.playbook };
};

/** The node says which of the signatures it trusts. */
const ofNode = async (id: string, flags: ShowFlags): Promise<Shown> => {
  const { playbook, code } = await callNode(flags, ({ runs }) => runs.playbook(id));
  return { playbook, cacao: code === undefined ? undefined : read(id, JSON.parse(code), []).playbook };
};

/** Whoever sees the graph sees the markings too. */
const marked = (playbook: CacaoPlaybook): Graph => {
  const graph = graphOf(playbook);
  const markings = playbook.markings.map(({ text }) => text);
  return markings.length === 0 ? graph : { ...graph, title: `${graph.title} (${markings.join(", ")})` };
};

const svgOf = ({ playbook, cacao }: Shown): string => {
  if (cacao === undefined) throw new UsageError(`${playbook.id} is a module: only CACAO playbooks have a graph`);
  return graphSvg(marked(cacao));
};

const jsonOf = ({ playbook, cacao }: Shown): string => {
  if (cacao === undefined) return jsonLine(playbook);
  const { nodes, edges } = graphOf(cacao);
  return jsonLine({ ...playbook, variables: [...cacao.variables.values()], graph: { nodes, edges } });
};

/** A line whose indent says something. */
const indented = (line: string): string => {
  const text = line.trimStart();
  return " ".repeat(line.length - text.length) + printable(text, lineChars);
};

const textOf = ({ playbook, cacao }: Shown): string => {
  const sections = [
    factLines(playbookFacts(playbook, cacao?.description)),
    ...(cacao === undefined
      ? []
      : [variableLines(cacao), graphText(graphOf(cacao)).trimEnd().split("\n").map(indented)]),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
};

/** Shows a CACAO playbook of a file, or a playbook that a node has loaded. @throws UsageError, ClientError, OutputError */
export const showPlaybook = async (name: string, flags: ShowFlags): Promise<ExitCode> => {
  const isFile = name.includes("/") || name.endsWith(".json");
  const shown = await (isFile ? ofFile(name, flags) : ofNode(name, flags));
  const text = flags.svg === true ? svgOf(shown) : flags.json === true ? jsonOf(shown) : textOf(shown);
  if (flags.output === undefined) await toStdout(text);
  else await toFile(flags.output, [text]);
  return exitCodes.complete;
};
