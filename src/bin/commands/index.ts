import type { Command } from "commander";
import type { OnExit } from "./common-flags.ts";

type AddCommand = (parent: Command, onExit: OnExit) => void;

const groups = {
  scan: "scan websites, here or on a cluster",
  template: "work with scan templates",
  event: "report security events, and see what became of them",
  playbook: "what answers events",
  run: "runs of playbooks: see them, end them, answer what they ask",
  file: "what is known of files",
  verdict: "verdicts about files: see them, and those of before",
  detector: "what looks at files: see it, run it",
  guard: "who is intercepted at front ends: rules, blocks, the proxy of a host",
  cluster: "look after a running cluster",
  cert: "certificates for a cluster of many machines",
  token: "tokens of callers",
};

/**
 * A module that defines a command, or more than one, and imports only what the definitions need. What a command works with (client,
 * engine, store, node) is imported when it runs: help and mistakes need none of it.
 */
interface Entry {
  /** `undefined`: the commands stand by themselves. */
  readonly group?: keyof typeof groups;
  readonly names: readonly string[];
  readonly load: () => Promise<AddCommand>;
}

/** In the order of the help. */
const entries: readonly Entry[] = [
  { names: ["up"], load: async () => (await import("./up.ts")).addUp },
  { names: ["node"], load: async () => (await import("./node.ts")).addNode },
  { group: "scan", names: ["run"], load: async () => (await import("./scan/run.ts")).addScanRun },
  { group: "scan", names: ["submit"], load: async () => (await import("./scan/submit.ts")).addScanSubmit },
  { group: "scan", names: ["list"], load: async () => (await import("./scan/list.ts")).addScanList },
  { group: "scan", names: ["show"], load: async () => (await import("./scan/show.ts")).addScanShow },
  { group: "scan", names: ["watch"], load: async () => (await import("./scan/watch.ts")).addScanWatch },
  { group: "scan", names: ["results"], load: async () => (await import("./scan/results.ts")).addScanResults },
  { group: "scan", names: ["diff"], load: async () => (await import("./scan/diff.ts")).addScanDiff },
  {
    group: "scan",
    names: ["cancel", "pause", "resume"],
    load: async () => (await import("./scan/change.ts")).addScanChanges,
  },
  { group: "scan", names: ["stop-all"], load: async () => (await import("./scan/stop-all.ts")).addScanStopAll },
  {
    group: "template",
    names: ["validate"],
    load: async () => (await import("./template-validate.ts")).addTemplateValidate,
  },
  { group: "template", names: ["list"], load: async () => (await import("./template-list.ts")).addTemplateList },
  { group: "template", names: ["show"], load: async () => (await import("./template-show.ts")).addTemplateShow },
  { group: "event", names: ["send"], load: async () => (await import("./event/send.ts")).addEventSend },
  { group: "event", names: ["list"], load: async () => (await import("./event/list.ts")).addEventList },
  { group: "event", names: ["show"], load: async () => (await import("./event/show.ts")).addEventShow },
  {
    group: "playbook",
    names: ["validate"],
    load: async () => (await import("./playbook/validate.ts")).addPlaybookValidate,
  },
  { group: "playbook", names: ["list"], load: async () => (await import("./playbook/list.ts")).addPlaybookList },
  { group: "playbook", names: ["show"], load: async () => (await import("./playbook/show.ts")).addPlaybookShow },
  { group: "playbook", names: ["run"], load: async () => (await import("./playbook/run.ts")).addPlaybookRun },
  { group: "run", names: ["list"], load: async () => (await import("./run/list.ts")).addRunList },
  { group: "run", names: ["show"], load: async () => (await import("./run/show.ts")).addRunShow },
  { group: "run", names: ["watch"], load: async () => (await import("./run/watch.ts")).addRunWatch },
  { group: "run", names: ["cancel", "retry"], load: async () => (await import("./run/change.ts")).addRunChanges },
  { group: "run", names: ["answer"], load: async () => (await import("./run/answer.ts")).addRunAnswer },
  { group: "file", names: ["check"], load: async () => (await import("./file/check.ts")).addFileCheck },
  { group: "file", names: ["submit"], load: async () => (await import("./file/submit.ts")).addFileSubmit },
  { group: "verdict", names: ["show"], load: async () => (await import("./verdict/show.ts")).addVerdictShow },
  { group: "verdict", names: ["history"], load: async () => (await import("./verdict/history.ts")).addVerdictHistory },
  { group: "detector", names: ["list"], load: async () => (await import("./detector/list.ts")).addDetectorList },
  { group: "detector", names: ["run"], load: async () => (await import("./detector/run.ts")).addDetectorRun },
  { group: "guard", names: ["rules"], load: async () => (await import("./guard/rules.ts")).addGuardRules },
  { group: "guard", names: ["block"], load: async () => (await import("./guard/block.ts")).addGuardBlock },
  { group: "guard", names: ["unblock"], load: async () => (await import("./guard/unblock.ts")).addGuardUnblock },
  {
    group: "guard",
    names: ["approve", "reject"],
    load: async () => (await import("./guard/settle.ts")).addGuardSettle,
  },
  {
    group: "guard",
    names: ["indications"],
    load: async () => (await import("./guard/indications.ts")).addGuardIndications,
  },
  { group: "guard", names: ["stats"], load: async () => (await import("./guard/stats.ts")).addGuardStats },
  { group: "guard", names: ["watch"], load: async () => (await import("./guard/watch.ts")).addGuardWatch },
  { group: "guard", names: ["proxy"], load: async () => (await import("./guard/proxy.ts")).addGuardProxy },
  { group: "cluster", names: ["members"], load: async () => (await import("./cluster/members.ts")).addClusterMembers },
  { group: "cluster", names: ["tree"], load: async () => (await import("./cluster/tree.ts")).addClusterTree },
  {
    group: "cluster",
    names: ["kill", "stop", "restart"],
    load: async () => (await import("./cluster/actor-changes.ts")).addActorChanges,
  },
  { group: "cluster", names: ["drain"], load: async () => (await import("./cluster/drain.ts")).addClusterDrain },
  { group: "cluster", names: ["queues"], load: async () => (await import("./cluster/queues.ts")).addClusterQueues },
  {
    group: "cluster",
    names: ["dead-letters"],
    load: async () => (await import("./cluster/dead-letters.ts")).addClusterDeadLetters,
  },
  { group: "cluster", names: ["replay"], load: async () => (await import("./cluster/replay.ts")).addClusterReplay },
  { group: "cert", names: ["init"], load: async () => (await import("./cert/init.ts")).addCertInit },
  { group: "cert", names: ["issue"], load: async () => (await import("./cert/issue.ts")).addCertIssue },
  { group: "cert", names: ["show"], load: async () => (await import("./cert/show.ts")).addCertShow },
  { group: "token", names: ["create"], load: async () => (await import("./token/create.ts")).addTokenCreate },
  { names: ["audit"], load: async () => (await import("./audit.ts")).addAudit },
  { names: ["config"], load: async () => (await import("./config.ts")).addConfig },
];

const isCalled = ({ group, names }: Entry, [first = "", second = ""]: readonly string[]): boolean =>
  group === undefined ? names.includes(first) : group === first && names.includes(second);

const versionFlags: readonly string[] = ["-V", "--version"];

/**
 * Adds the command that the arguments call, and loads nothing of the others. Adds all commands when the arguments call none: for help,
 * and for messages about mistakes.
 */
export const addCommands = async (garrison: Command, args: readonly string[], onExit: OnExit): Promise<void> => {
  if (versionFlags.includes(args[0] ?? "")) return;
  const called = entries.filter((entry) => isCalled(entry, args));
  const parents = new Map<Entry["group"], Command>([[undefined, garrison]]);
  for (const { group, load } of called.length === 0 ? entries : called) {
    const parent = parents.get(group) ?? addGroup(garrison, group);
    parents.set(group, parent);
    (await load())(parent, onExit);
  }
};

const addGroup = (garrison: Command, group: Entry["group"]): Command =>
  group === undefined ? garrison : garrison.command(group).description(groups[group]);
