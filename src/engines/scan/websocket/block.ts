import { attack } from "../net/attack.ts";
import { readText } from "../net/texts.ts";
import { compileOperators } from "../operators/compile.ts";
import { compilePayloads } from "../payloads/payloads.ts";
import type { BlockRun } from "../run/block-run.ts";
import { endpointValues } from "../target/endpoint-values.ts";
import { urlValues } from "../target/target-values.ts";
import type { Block } from "../template/block.ts";
import type { BlockContext } from "../template/block-context.ts";
import { refuseOtherKeys } from "../template/keys.ts";
import type { Section } from "../template/section.ts";
import type { WebsocketInput, WebsocketPlan } from "./plan.ts";
import { runDialogue } from "./run-dialogue.ts";

const maxInputs = 100;
const maxHeaders = 100;
/** A header's name, as HTTP has it. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What the handshake itself is made of. */
const ofHandshake = /^(?:connection|upgrade|sec-websocket-(?:key|version|accept|extensions))$/i;

/** Compiles one entry of `websocket`, or reports why it cannot be run. */
export const compileWebsocketBlock = (section: Section, context: BlockContext): Block => {
  refuseOtherKeys(section, "websocket");
  const address = section.string("address") ?? "";
  if (address === "") section.complain("invalid", "address", "is missing; use {{BaseURL}} for the target's");
  const plan: WebsocketPlan = {
    address: readText(section, "address", address),
    headers: readHeaders(section),
    inputs: readInputs(section),
    payloads: compilePayloads(section, context),
  };
  return {
    protocol: "websocket",
    id: section.string("id") || undefined,
    operators: compileOperators(section, context.limits),
    requests: plan.payloads?.count ?? 1,
    stopAtFirstMatch: false,
    clusterKey: undefined,
    run: (run) => runWebsocket(plan, run),
  };
};

const readHeaders = (section: Section): WebsocketPlan["headers"] => {
  const headers = section.section("headers");
  const names = headers?.keys() ?? [];
  if (headers === undefined) return [];
  if (names.length > maxHeaders) section.complain("invalid", "headers", `has more than ${maxHeaders} headers`);
  return names.slice(0, maxHeaders).map(({ value: name, line }) => {
    if (!token.test(name)) headers.complain("invalid", name, "is no name of a header", line);
    if (ofHandshake.test(name)) headers.complain("refused", name, "is set by the handshake itself", line);
    return { name, value: readText(headers, name, headers.string(name) ?? "", line) };
  });
};

const readInputs = (section: Section): readonly WebsocketInput[] => {
  const inputs = section.sections("inputs");
  if (inputs.length > maxInputs) section.complain("invalid", "inputs", `has more than ${maxInputs} inputs`);
  return inputs.slice(0, maxInputs).map((input) => {
    refuseOtherKeys(input, "websocketInput");
    return { data: readText(input, "data", input.string("data") ?? ""), name: input.string("name") || undefined };
  });
};

const runWebsocket = async (plan: WebsocketPlan, run: BlockRun): Promise<void> => {
  const { url, host = "", port } = run.target;
  const own = url === undefined ? endpointValues(host, port) : Object.fromEntries(urlValues(url, false));
  await attack(run, {
    payloads: plan.payloads,
    threads: 1,
    own,
    request: (payload) => runDialogue(plan, { own, payload }, run),
  });
};
