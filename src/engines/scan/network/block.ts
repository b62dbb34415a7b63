import { attack } from "../net/attack.ts";
import { readText } from "../net/texts.ts";
import { compileOperators } from "../operators/compile.ts";
import { compilePayloads } from "../payloads/payloads.ts";
import type { BlockRun } from "../run/block-run.ts";
import type { Block } from "../template/block.ts";
import type { BlockContext } from "../template/block-context.ts";
import { refuseOtherKeys } from "../template/keys.ts";
import type { Section } from "../template/section.ts";
import { readInputs } from "./inputs.ts";
import type { NetworkHost, NetworkPlan } from "./plan.ts";
import { portsAt, readPorts } from "./ports.ts";
import { runConversation } from "./run-conversation.ts";
import { endpointValues } from "../target/endpoint-values.ts";

const defaultReadSize = 1_024;
const maxHosts = 100;
const tlsPrefix = "tls://";

/** Compiles one entry of `network` or `tcp`, or reports why it cannot be run. */
export const compileNetworkBlock = (section: Section, context: BlockContext): Block => {
  refuseOtherKeys(section, "network");
  const plan: NetworkPlan = {
    hosts: readHosts(section),
    ports: readPorts(section),
    inputs: readInputs(section),
    payloads: compilePayloads(section, context),
    threads: section.integer("threads") || undefined,
    readSize: section.boolean("read-all") ? undefined : section.integer("read-size") || defaultReadSize,
    selfContained: context.selfContained,
  };
  const ports = Math.max(plan.ports.ports.length, 1);
  return {
    protocol: "network",
    id: section.string("id") || undefined,
    operators: compileOperators(section, context.limits),
    requests: plan.hosts.length * ports * (plan.payloads?.count ?? 1),
    stopAtFirstMatch: section.boolean("stop-at-first-match"),
    clusterKey: undefined,
    run: (run) => runNetwork(plan, run),
  };
};

const readHosts = (section: Section): readonly NetworkHost[] => {
  const hosts = section.strings("host");
  if (hosts.length === 0) section.complain("invalid", "host", "needs at least one host, such as {{Hostname}}");
  if (hosts.length > maxHosts) section.complain("invalid", "host", `has more than ${maxHosts} hosts`);
  return hosts.slice(0, maxHosts).map(({ value, line }, at) => {
    const tls = value.startsWith(tlsPrefix);
    return { tls, text: readText(section, `host[${at}]`, tls ? value.slice(tlsPrefix.length) : value, line) };
  });
};

const runNetwork = async (plan: NetworkPlan, run: BlockRun): Promise<void> => {
  const ports = plan.selfContained ? [undefined] : portsAt(run.target, plan.ports);
  for (const port of ports) {
    const own = plan.selfContained ? {} : endpointValues(run.target.host ?? "", port);
    for (const host of plan.hosts) {
      if (run.signal.aborted) return;
      const matched = await attack(run, {
        payloads: plan.payloads,
        threads: plan.threads,
        own,
        request: (payload) => runConversation(plan, { host, own, payload }, run),
      });
      if (matched && run.stopAtFirstMatch) return;
    }
  }
};
