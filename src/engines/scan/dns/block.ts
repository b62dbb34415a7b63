import { isIP } from "node:net";
import { attack } from "../net/attack.ts";
import type { PayloadValues } from "../net/request-values.ts";
import { readText } from "../net/texts.ts";
import { compileOperators } from "../operators/compile.ts";
import { compilePayloads } from "../payloads/payloads.ts";
import type { BlockRun } from "../run/block-run.ts";
import type { ScanTarget } from "../target/target.ts";
import type { Block } from "../template/block.ts";
import type { BlockContext } from "../template/block-context.ts";
import { refuseOtherKeys } from "../template/keys.ts";
import type { Section } from "../template/section.ts";
import { endpointValues } from "../target/endpoint-values.ts";
import { hostValues } from "../target/host-values.ts";
import { targetNames } from "../target/target-values.ts";
import { type QuestionClass, questionClasses, questionTypes } from "./message.ts";
import type { DnsPlan } from "./plan.ts";
import { reverseName } from "./reverse-name.ts";
import { runQuestion } from "./run-question.ts";

const defaultTries = 3;
const maxTries = 10;
const maxResolvers = 16;
const maxTraceSteps = 150;

/** Compiles one entry of `dns`, or reports why it cannot be run. */
export const compileDnsBlock = (section: Section, context: BlockContext): Block => {
  refuseOtherKeys(section, "dns");
  const plan: DnsPlan = {
    name: readText(section, "name", readName(section)),
    type: readType(section),
    class: readClass(section),
    recursion: !section.has("recursion") || section.boolean("recursion"),
    tries: Math.min(section.integer("retries") || defaultTries, maxTries),
    resolvers: readResolvers(section),
    traceSteps: readTraceSteps(section),
    payloads: compilePayloads(section, context),
    threads: section.integer("threads") || undefined,
  };
  const id = section.string("id") || undefined;
  return {
    protocol: "dns",
    id,
    operators: compileOperators(section, context.limits),
    requests: plan.payloads?.count ?? 1,
    stopAtFirstMatch: false,
    clusterKey: id === undefined && isShared(plan) ? clusterKey(plan) : undefined,
    run: (run) => runDns(plan, run),
  };
};

const readName = (section: Section): string => {
  const name = section.string("name") ?? "";
  if (name === "") section.complain("invalid", "name", "is missing; use {{FQDN}} for the target's");
  return name;
};

const readType = (section: Section): DnsPlan["type"] => {
  const given = (section.string("type") ?? "").trim().toUpperCase();
  const type = questionTypes.find((name) => name === given);
  if (type === undefined && given !== "") section.complain("invalid", "type", `unknown type "${given}"`);
  return type ?? "A";
};

const readClass = (section: Section): QuestionClass => {
  const given = (section.string("class") ?? "").trim().toLowerCase();
  const names = Object.keys(questionClasses) as QuestionClass[];
  const name = names.find((candidate) => candidate === given);
  if (name === undefined && given !== "") section.complain("invalid", "class", `unknown class "${given}"`);
  return name ?? "inet";
};

const readResolvers = (section: Section): DnsPlan["resolvers"] => {
  const resolvers = section.strings("resolvers");
  if (resolvers.length > maxResolvers) section.complain("invalid", "resolvers", `names more than ${maxResolvers}`);
  return resolvers.slice(0, maxResolvers).map(({ value, line }, at) => {
    if (/^(doh|dot):|^https:/i.test(value)) {
      section.complain("refused", `resolvers[${at}]`, "DNS over HTTPS or TLS is not asked; use an address", line);
    }
    return readText(section, `resolvers[${at}]`, value, line);
  });
};

/** As in nuclei, whose loop begins at one: without a limit no step is made. */
const readTraceSteps = (section: Section): number | undefined =>
  section.boolean("trace")
    ? Math.min(Math.max((section.integer("trace-max-recursion") ?? 0) - 1, 0), maxTraceSteps)
    : undefined;

const isShared = ({ name, payloads, resolvers, traceSteps }: DnsPlan): boolean =>
  payloads === undefined &&
  resolvers.length === 0 &&
  traceSteps === undefined &&
  name.names.every((used) => targetNames.has(used));

const clusterKey = (plan: DnsPlan): string =>
  JSON.stringify(["dns", plan.name.source, plan.type, plan.class, plan.recursion, plan.tries]);

const runDns = async (plan: DnsPlan, run: BlockRun): Promise<void> => {
  const own = targetValues(run.target, plan);
  await attack(run, {
    payloads: plan.payloads,
    threads: plan.threads,
    own,
    request: (payload) => runQuestion(plan, { own, payload }, run),
  });
};

/** An address stands for its reverse name where PTR records are asked for; for anything else it has no name. */
const targetValues = ({ host = "", port }: ScanTarget, { type }: DnsPlan): PayloadValues => {
  const { FQDN, RDN, DN, TLD, SD, ...values } = endpointValues(host, port);
  if (isIP(host) === 0) return { ...values, FQDN, RDN, DN, TLD, SD } as PayloadValues;
  const reverse = type === "PTR" ? reverseName(host) : undefined;
  return reverse === undefined ? values : { ...values, ...hostValues(reverse) };
};
