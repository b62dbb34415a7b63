import type { Json } from "../../../base/json.ts";
import type { FlowAnswer, FlowCall, FlowRunner, FlowScript } from "../flow/index.ts";
import type { Block } from "../template/block.ts";
import { bytesOf, textOf, type Value } from "../value/value.ts";
import type { TemplateRun } from "./template-run.ts";

/** Runs the flow of a template: the script decides which of its blocks run. */
export const runFlow = async (
  { source }: FlowScript,
  run: TemplateRun,
  flows: FlowRunner | undefined,
  signal: AbortSignal,
): Promise<void> => {
  const { template, tally } = run;
  if (flows === undefined) {
    tally.plan(template.requestCount);
    tally.failed(template.file, "flow", "flows are not run here: the engine has no thread for them");
    return;
  }
  const protocols = new Set(template.blocks.flatMap(({ protocol }) => namesOf(protocol)));
  const host = (call: FlowCall): Promise<FlowAnswer> => answer(call, run);
  const { error } = await flows.run({ source, protocols: [...protocols], host, signal });
  if (error !== undefined && !signal.aborted) tally.failed(template.file, "flow", error);
};

const answer = async (call: FlowCall, run: TemplateRun): Promise<FlowAnswer> => {
  switch (call.type) {
    case "run":
      return runBlocks(call.protocol, call.ids, run);
    case "get": {
      const value = await run.valueOf(call.name);
      return value === undefined ? { missing: true } : { value: jsonOf(value) };
    }
    case "names":
      return { value: await run.valueNames() };
    case "set":
      run.set(call.name, valueOf(call.value));
      return { value: null };
    case "log":
      run.log(call.text);
      return { value: null };
  }
};

/** Other names of the functions that run a protocol. */
const namesOf = (protocol: Block["protocol"]): readonly string[] =>
  protocol === "network" ? ["network", "tcp"] : [protocol];

/** Whether something matched, as nuclei answers: a block without matchers did when it extracted something, and one without any operator when it was run. */
const runBlocks = async (name: string, ids: readonly string[], run: TemplateRun): Promise<FlowAnswer> => {
  const blocks = run.template.blocks.filter(({ protocol }) => namesOf(protocol).includes(name));
  const chosen =
    ids.length === 0 ? blocks : ids.map((id) => blocks.find((block, at) => block.id === id || String(at + 1) === id));
  let matched = false;
  for (const [at, block] of chosen.entries()) {
    if (block === undefined) return { error: `${name}("${ids[at] ?? ""}"): the template has no such request` };
    run.tally.plan(block.requests);
    matched = (await run.runBlock(block)).succeeded || matched;
  }
  return { value: matched };
};

const jsonOf = (value: Value): Json => {
  if (typeof value === "string") return textOf(value);
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Value[]).map(jsonOf);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [textOf(name), jsonOf(each)]));
};

const valueOf = (json: Json): Value => {
  if (typeof json === "string") return bytesOf(json);
  if (typeof json === "number") return Number.isSafeInteger(json) ? BigInt(json) : json;
  if (Array.isArray(json)) return (json as readonly Json[]).map(valueOf);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.entries(json as Readonly<Record<string, Json>>).map(([name, each]) => [bytesOf(name), valueOf(each)]),
  );
};
