import {
  completePlaybook,
  idOf,
  ids,
  partOf,
  type Tree,
} from "../../../../../support/cacao-files/complete-playbook.ts";

/** One change of the complete playbook and what has to be said of it. */
export interface RuleCase {
  readonly what: string;
  readonly change: (playbook: Tree) => void;
  /** `invalid`, `refused`, or `warning` of one that is supported. */
  readonly verdict: "invalid" | "refused" | "warning";
  readonly rule: string;
  readonly key: string;
  readonly reason: RegExp;
  readonly step?: string;
}

const step = (playbook: Tree, id: string): Tree => partOf(playbook, "workflow", id);
const command = (playbook: Tree, id: string, at = 0): Tree => partOf(playbook, "workflow", id, "commands", at);
const variables = (playbook: Tree): Tree => partOf(playbook, "playbook_variables");
const agent = (playbook: Tree): Tree => partOf(playbook, "agent_definitions", ids.agent);

const inStep = (id: string, key: string) => ({ step: id, key: `workflow.${id}.${key}` });

/** Puts a value at a key of the playbook itself. */
const having = (key: string, value: unknown) => (playbook: Tree) => {
  playbook[key] = value;
};

type Case = Omit<RuleCase, "verdict" | "rule">;

const of = (verdict: RuleCase["verdict"], rule: string, ...cases: readonly Case[]): readonly RuleCase[] =>
  cases.map((each) => ({ ...each, verdict, rule }));

/** Of every rule at least one. */
export const ruleCases: readonly RuleCase[] = [
  ...of(
    "invalid",
    "shape",
    {
      what: "another version",
      change: having("spec_version", "cacao-1.1"),
      key: "spec_version",
      reason: /"cacao-2.0"/,
    },
    { what: "no name", change: (p) => void delete p["name"], key: "name", reason: /is missing: it has to be a string/ },
    { what: "a grade over 100", change: having("severity", 101), key: "severity", reason: /more than 100/ },
    { what: "half a grade", change: having("impact", 0.5), key: "impact", reason: /whole number/ },
    { what: "an empty list", change: having("labels", []), key: "labels", reason: /fewer than 1/ },
    {
      what: "an empty dictionary",
      change: having("playbook_extensions", {}),
      key: "playbook_extensions",
      reason: /is empty/,
    },
    {
      what: "one branch",
      change: (p) => void (step(p, ids.both)["next_steps"] = [ids.branchEnd]),
      ...inStep(ids.both, "next_steps"),
      reason: /fewer than 2/,
    },
    {
      what: "the level of no TLP",
      change: (p) => void (partOf(p, "data_marking_definitions", ids.tlp)["tlpv2_level"] = "TLP:WHITE"),
      key: `data_marking_definitions.${ids.tlp}.tlpv2_level`,
      reason: /"TLP:WHITE", and has to be one of "TLP:RED"/,
    },
    {
      what: "a signature with two keys",
      change: (p) => void (partOf(p, "signatures", 0)["thumbprint"] = "a"),
      key: "signatures[0]",
      reason: /exactly one of public_key/,
    },
    {
      what: "a countersignature without value",
      change: (p) => {
        const inner = structuredClone(partOf(p, "signatures", 0));
        delete inner["value"];
        partOf(p, "signatures", 0)["signature"] = inner;
      },
      key: "signatures[0].signature.value",
      reason: /is missing/,
    },
    {
      what: "an object as text variable",
      change: (p) => void (variables(p)["__fixed__"] = { type: "string", value: {} }),
      key: "playbook_variables.__fixed__.value",
      reason: /only a dictionary/,
    },
    {
      what: "OpenC2 without content",
      change: (p) => void delete command(p, ids.call, 2)["content_b64"],
      ...inStep(ids.call, "commands[2].content_b64"),
      reason: /is missing/,
    },
  ),
  ...of(
    "invalid",
    "timestamp",
    {
      what: "the 30th of February",
      change: having("valid_from", "2026-02-30T00:00:00Z"),
      key: "valid_from",
      reason: /does not exist/,
    },
    {
      what: "a leap second at noon",
      change: having("created", "2026-01-01T12:00:60Z"),
      key: "created",
      reason: /does not exist/,
    },
  ),
  ...of("invalid", "validity", {
    what: "an end before its beginning",
    change: having("valid_until", "2020-01-01T00:00:00Z"),
    key: "valid_until",
    reason: /never be valid/,
  }),
  ...of(
    "invalid",
    "step-id",
    {
      what: "a step under a name",
      change: (p) => void (partOf(p, "workflow")["tidy up"] = { type: "end" }),
      step: "tidy up",
      key: 'workflow["tidy up"]',
      reason: /no identifier/,
    },
    {
      what: "a type that is not the id's",
      change: (p) => void (step(p, ids.end)["type"] = "start"),
      ...inStep(ids.end, "type"),
      reason: /begins with "end"/,
    },
  ),
  ...of("invalid", "step-type", {
    what: "a step of CACAO 1",
    change: (p) => void (partOf(p, "workflow")[idOf("single", 1)] = { type: "single" }),
    ...inStep(idOf("single", 1), "type"),
    reason: /no type of a step/,
  }),
  ...of("invalid", "start-step", {
    what: "an action that begins",
    change: having("workflow_start", ids.call),
    key: "workflow_start",
    reason: /of type action/,
  }),
  ...of(
    "invalid",
    "next-excluded",
    {
      what: "on_completion beside on_failure",
      change: (p) => void (step(p, ids.person)["on_failure"] = ids.end),
      ...inStep(ids.person, "on_completion"),
      reason: /beside on_failure: write on_success/,
    },
    {
      what: "an end that leads on",
      change: (p) => void (step(p, ids.end)["on_completion"] = ids.branchEnd),
      ...inStep(ids.end, "on_completion"),
      reason: /an end leads nowhere/,
    },
    {
      what: "a start that may fail",
      change: (p) => void (step(p, ids.start)["on_failure"] = ids.end),
      ...inStep(ids.start, "on_failure"),
      reason: /on_completion alone/,
    },
  ),
  ...of("invalid", "next-missing", {
    what: "a step that leads nowhere",
    change: (p) => void delete step(p, ids.call)["on_success"],
    step: ids.call,
    key: `workflow.${ids.call}`,
    reason: /add on_completion/,
  }),
  ...of(
    "invalid",
    "dangling-id",
    ...(["workflow_start", "workflow_exception"] as const).map((key) => ({
      what: `${key} that is nowhere`,
      change: having(key, idOf("start", 999)),
      key,
      reason: /no step of the workflow/,
    })),
    {
      what: "a case that leads nowhere",
      change: (p) => void (partOf(step(p, ids.cases), "cases")["b c"] = idOf("end", 999)),
      ...inStep(ids.cases, 'cases["b c"]'),
      reason: /no step of the workflow/,
    },
    {
      what: "an agent that is nowhere",
      change: (p) => void (step(p, ids.shell)["agent"] = idOf("ssh", 999)),
      ...inStep(ids.shell, "agent"),
      reason: /agent_definitions/,
    },
    {
      what: "a target that is nowhere",
      change: (p) => void (step(p, ids.shell)["targets"] = [ids.host, idOf("ssh", 999)]),
      ...inStep(ids.shell, "targets[1]"),
      reason: /target_definitions/,
    },
    {
      what: "authentication that is nowhere",
      change: (p) => void (agent(p)["authentication_info"] = idOf("oauth2", 999)),
      key: `agent_definitions.${ids.agent}.authentication_info`,
      reason: /authentication_info_definitions/,
    },
    {
      what: "a marking that is nowhere",
      change: having("markings", [idOf("marking-tlp", 999)]),
      key: "markings[0]",
      reason: /data_marking/,
    },
  ),
  ...of("invalid", "negative-wait", {
    what: "a timeout before the beginning",
    change: (p) => void (step(p, ids.call)["timeout"] = -1),
    ...inStep(ids.call, "timeout"),
    reason: /negative/,
  }),
  ...of("invalid", "cases-empty", {
    what: "a switch without cases",
    change: (p) => void (step(p, ids.cases)["cases"] = {}),
    ...inStep(ids.cases, "cases"),
    reason: /is empty/,
  }),
  ...of("invalid", "marking-type", {
    what: "a marking of no type",
    change: (p) => void (partOf(p, "data_marking_definitions")[idOf("marking-pap", 1)] = { type: "marking-pap" }),
    key: `data_marking_definitions.${idOf("marking-pap", 1)}.type`,
    reason: /no type of a marking/,
  }),
  ...of("invalid", "variable-name", {
    what: "a variable without underscores",
    change: (p) => void (variables(p)["ip"] = { type: "string" }),
    key: "playbook_variables.ip",
    reason: /__name__/,
  }),
  ...of("invalid", "variable-value", {
    what: "an address of five parts",
    change: (p) => void (variables(p)["__ip__"] = { type: "ipv4-addr", value: "1.2.3.4.5" }),
    key: "playbook_variables.__ip__.value",
    reason: /ipv4-addr/,
  }),
  ...of(
    "invalid",
    "variable-undeclared",
    {
      what: "a variable of nobody",
      change: (p) => void (command(p, ids.person)["command"] = "look at __nobody__:value"),
      ...inStep(ids.person, "commands[0].command"),
      reason: /__nobody__, which is not visible here/,
    },
    {
      what: "a variable of another step",
      change: (p) => void (command(p, ids.person)["command"] = "look at __own__:value"),
      ...inStep(ids.person, "commands[0].command"),
      reason: /__own__/,
    },
    {
      what: "a variable of one of two ways that lead to the step",
      change: (p) => void (command(p, ids.failed)["command"] = "look at __inner__:value"),
      ...inStep(ids.failed, "commands[0].command"),
      reason: /__inner__/,
    },
    {
      what: "a condition over what is not there",
      change: (p) => void (step(p, ids.choice)["condition"] = "__nobody__:value = 1"),
      ...inStep(ids.choice, "condition"),
      reason: /__nobody__/,
    },
    {
      what: "an argument that is a reference",
      change: (p) => void (step(p, ids.call)["in_args"] = ["__ip__:value"]),
      ...inStep(ids.call, "in_args[0]"),
      reason: /write __ip__$/,
    },
    {
      what: "an agent's port from nowhere",
      change: (p) => void (agent(p)["port"] = "__nobody__:value"),
      step: ids.call,
      key: `agent_definitions.${ids.agent}.port`,
      reason: /__nobody__/,
    },
  ),
  ...of(
    "invalid",
    "syntax",
    {
      what: "half a condition",
      change: (p) => void (step(p, ids.loop)["condition"] = "__count__:value <"),
      ...inStep(ids.loop, "condition"),
      reason: /at character/,
    },
    {
      what: "a switch over no variable",
      change: (p) => void (step(p, ids.cases)["switch"] = "fixed"),
      ...inStep(ids.cases, "switch"),
      reason: /at character/,
    },
  ),
  ...of(
    "invalid",
    "command-text",
    {
      what: "nothing to do",
      change: (p) => void delete command(p, ids.shell)["command"],
      ...inStep(ids.shell, "commands[0].command"),
      reason: /is missing/,
    },
    {
      what: "two commands in one",
      change: (p) => void (command(p, ids.shell)["command_b64"] = "ZWNobw=="),
      ...inStep(ids.shell, "commands[0].command_b64"),
      reason: /beside command/,
    },
    {
      what: "two contents",
      change: (p) => void (command(p, ids.call)["content_b64"] = "e30="),
      ...inStep(ids.call, "commands[0].content_b64"),
      reason: /beside content/,
    },
  ),
  ...of(
    "invalid",
    "base64",
    {
      what: "rules in clear",
      change: (p) => void (command(p, ids.person, 4)["command_b64"] = "rule a { condition: true }"),
      ...inStep(ids.person, "commands[4].command_b64"),
      reason: /RFC 4648/,
    },
    {
      what: "bytes that are no text",
      change: (p) => void (command(p, ids.person, 4)["command_b64"] = "/////w=="),
      ...inStep(ids.person, "commands[4].command_b64"),
      reason: /UTF-8/,
    },
  ),
  ...of(
    "invalid",
    "request-line",
    ...["/lookup", "GET /lookup", "GET /a b HTTP/1.1", "GET http://h.example/ HTTP/1.1"].map((line) => ({
      what: `the start line ${line}`,
      change: (p: Tree) => void (command(p, ids.call)["command"] = line),
      ...inStep(ids.call, "commands[0].command"),
      reason: /start line|white space|whole URL/,
    })),
    {
      what: "OpenC2 by GET",
      change: (p) => void (command(p, ids.call, 2)["command"] = "GET /openc2 HTTP/1.1"),
      ...inStep(ids.call, "commands[2].command"),
      reason: /POST/,
    },
  ),
  ...of(
    "invalid",
    "header",
    {
      what: "a header with a space",
      change: (p) => void (command(p, ids.call)["headers"] = { "X Y": ["a"] }),
      ...inStep(ids.call, 'commands[0].headers["X Y"]'),
      reason: /no name of a header/,
    },
    {
      what: "a header in a header",
      change: (p) => void (command(p, ids.call)["headers"] = { X: ["a\r\nY: b"] }),
      ...inStep(ids.call, "commands[0].headers.X[0]"),
      reason: /line break/,
    },
  ),
  ...of(
    "invalid",
    "address",
    ...Object.entries({ dname: "a b", ipv4: "::1", ipv6: "127.0.0.1", url: "ftp://h.example", l2mac: "00" }).map(
      ([kind, address]) => ({
        what: `${address} as ${kind}`,
        change: (p: Tree) => void (agent(p)["address"] = { [kind]: [address] }),
        key: `agent_definitions.${ids.agent}.address.${kind}[0]`,
        reason: /is no /,
      }),
    ),
  ),
  ...of("invalid", "port", {
    what: "a port over 65535",
    change: (p) => void (agent(p)["port"] = "65536"),
    key: `agent_definitions.${ids.agent}.port`,
    reason: /1 to 65535/,
  }),
  ...of(
    "invalid",
    "key-management",
    {
      what: "kms without the name of a secret",
      change: (p) => void delete partOf(p, "authentication_info_definitions", ids.basic)["kms_key_identifier"],
      key: `authentication_info_definitions.${ids.basic}.kms_key_identifier`,
      reason: /respond.secrets/,
    },
    {
      what: "the name of a secret without kms",
      change: (p) => void delete partOf(p, "authentication_info_definitions", ids.basic)["kms"],
      key: `authentication_info_definitions.${ids.basic}.kms`,
      reason: /has to be true/,
    },
  ),
  ...of(
    "refused",
    "bound",
    {
      what: "a timeout of more than a year",
      change: (p) => void (step(p, ids.call)["timeout"] = 31_536_000_001),
      ...inStep(ids.call, "timeout"),
      reason: /a year/,
    },
    {
      what: "a long text",
      change: having("description", "a".repeat(65_537)),
      key: "description",
      reason: /65536 characters/,
    },
    {
      what: "a long condition",
      change: (p) => void (step(p, ids.loop)["condition"] = `__count__:value < ${"0".repeat(4_096)}`),
      ...inStep(ids.loop, "condition"),
      reason: /4096/,
    },
    {
      what: "many variables",
      change: having(
        "playbook_variables",
        Object.fromEntries(Array.from({ length: 501 }, (_, n) => [`__v${n}__`, { type: "string" }])),
      ),
      key: "playbook_variables",
      reason: /501 entries, more than 500/,
    },
    {
      what: "lists in lists",
      change: having("x", JSON.parse("[".repeat(100) + "]".repeat(100))),
      key: `x${"[0]".repeat(63)}`,
      reason: /nested deeper/,
    },
  ),
  ...of(
    "refused",
    "reserved-name",
    {
      what: "__proto__ as a variable",
      change: having("playbook_variables", JSON.parse('{"__proto__": {"type": "string"}}')),
      key: "playbook_variables.__proto__",
      reason: /another one/,
    },
    {
      what: "__event__ as a variable",
      change: (p) => void (variables(p)["__event__"] = { type: "string" }),
      key: "playbook_variables.__event__",
      reason: /every run has/,
    },
  ),
  ...of("refused", "revoked", {
    what: "a revoked playbook",
    change: having("revoked", true),
    key: "revoked",
    reason: /must not/,
  }),
  ...of("refused", "agent-id", {
    what: "an agent under a name",
    change: (p) => {
      partOf(p, "agent_definitions")["soarca-fin-1"] = { type: "net-address", name: "fin" };
      step(p, ids.person)["agent"] = "soarca-fin-1";
    },
    key: "agent_definitions.soarca-fin-1",
    reason: /no identifier/,
  }),
  ...of(
    "refused",
    "agent-type",
    {
      what: "an agent of a type that nothing here is",
      change: (p) => {
        partOf(p, "agent_definitions")[idOf("robot", 1)] = { type: "robot", name: "r" };
        step(p, ids.person)["agent"] = idOf("robot", 1);
      },
      key: `agent_definitions.${idOf("robot", 1)}.type`,
      reason: /"robot" is refused/,
    },
    {
      what: "SOARCA's powershell",
      change: (p) => {
        partOf(p, "agent_definitions")[idOf("soarca", 1)] = { type: "soarca", name: "soarca-powershell" };
        step(p, ids.person)["agent"] = idOf("soarca", 1);
      },
      key: `agent_definitions.${idOf("soarca", 1)}.name`,
      reason: /"soarca-powershell" of SOARCA is refused/,
    },
  ),
  ...of(
    "refused",
    "command-type",
    ...[
      ...["caldera-cmd", "elastic", "jupyter", "kestrel", "powershell"].map((type) => [type, "nothing here"] as const),
      ["smoke-signal", "it is no command type of CACAO"] as const,
    ].map(([type, reason]) => ({
      what: `a command of type ${type}`,
      change: (p: Tree) => void (partOf(step(p, ids.person))["commands"] = [{ type, command_b64: "YQ==" }]),
      ...inStep(ids.person, "commands[0].type"),
      reason: new RegExp(`"${type}" is refused: ${reason}`),
    })),
  ),
  ...of("refused", "request-method", {
    what: "a request to connect",
    change: (p) => void (command(p, ids.call)["command"] = "CONNECT h:1 HTTP/1.1"),
    ...inStep(ids.call, "commands[0].command"),
    reason: /CONNECT/,
  }),
  ...of("refused", "authentication-type", {
    what: "authentication of another type",
    change: (p) => void (partOf(p, "authentication_info_definitions")[idOf("kerberos", 1)] = { type: "kerberos" }),
    key: `authentication_info_definitions.${idOf("kerberos", 1)}.type`,
    reason: /"kerberos" is refused/,
  }),
  ...of("refused", "credential", {
    what: "a user without a password",
    change: (p) => void delete partOf(p, "authentication_info_definitions", ids.user)["password"],
    key: `authentication_info_definitions.${ids.user}.password`,
    reason: /is missing/,
  }),
  ...of(
    "refused",
    "cycle",
    {
      what: "a chain that returns",
      change: (p) => void (step(p, ids.shell)["on_completion"] = ids.call),
      ...inStep(ids.shell, "on_completion"),
      reason: /leads back to/,
    },
    {
      what: "a branch that returns to its step",
      change: (p) => void (step(p, ids.failed)["on_completion"] = ids.loop),
      ...inStep(ids.failed, "on_completion"),
      reason: /only while-condition repeats/,
    },
  ),
  ...of(
    "warning",
    "unknown-key",
    { what: "an unknown key", change: having("color", "red"), key: "color", reason: /no key of the standard/ },
    {
      what: "a misspelt key",
      change: (p) => void (step(p, ids.person)["on_succes"] = ids.end),
      ...inStep(ids.person, "on_succes"),
      reason: /correct its name/,
    },
    {
      what: "a key that only other objects have",
      change: (p) => void (partOf(agent(p), "location")["port"] = "1"),
      key: `agent_definitions.${ids.agent}.location.port`,
      reason: /has no effect/,
    },
  ),
  ...of("warning", "extension", {
    what: "an extension",
    change: having("name", "as it is"),
    key: `playbook_extensions.${ids.extension}`,
    reason: /\(layout\), and is not executed/,
  }),
  ...of("warning", "zero-wait", {
    what: "a delay of nothing",
    change: (p) => void (step(p, ids.call)["delay"] = 0),
    ...inStep(ids.call, "delay"),
    reason: /as if it were not there/,
  }),
  ...of("warning", "unreachable", {
    what: "a step that nothing leads to",
    change: (p) => void (partOf(p, "workflow")[idOf("end", 99)] = { type: "end" }),
    step: idOf("end", 99),
    key: `workflow.${idOf("end", 99)}`,
    reason: /never executed/,
  }),
  ...of("warning", "inline-secret", {
    what: "a password in clear",
    change: (p) => void (partOf(p, "authentication_info_definitions", ids.user)["password"] = "hush"),
    key: `authentication_info_definitions.${ids.user}.password`,
    reason: /kms_key_identifier/,
  }),
  ...of("warning", "variable-type", {
    what: "a type of their own",
    change: (p) => void (variables(p)["__unknown__"] = { type: "email" }),
    key: "playbook_variables.__unknown__.type",
    reason: /read as string/,
  }),
  ...of("warning", "constant-assigned", {
    what: "a result for a constant",
    change: (p) => void (step(p, ids.call)["out_args"] = ["__fixed__"]),
    ...inStep(ids.call, "out_args[0]"),
    reason: /the step will fail/,
  }),
  ...of("warning", "step-external", {
    what: "an external variable of a step",
    change: (p) => void (partOf(step(p, ids.call), "step_variables", "__own__")["external"] = true),
    ...inStep(ids.call, "step_variables.__own__.external"),
    reason: /declare it in the playbook/,
  }),
  ...of("warning", "agent-unused", {
    what: "an agent that nothing here is and nobody uses",
    change: (p) => void (partOf(p, "agent_definitions")[idOf("robot", 1)] = { type: "robot", name: "r" }),
    key: `agent_definitions.${idOf("robot", 1)}.type`,
    reason: /no step uses it/,
  }),
  ...of("warning", "id-type", {
    what: "an id of another type",
    change: (p) => void (partOf(p, "agent_definitions")[idOf("machine", 1)] = { type: "garrison", name: "r" }),
    key: `agent_definitions.${idOf("machine", 1)}`,
    reason: /should agree/,
  }),
  ...of("warning", "other-name", {
    what: "SOARCA's openc2",
    change: (p) => void (command(p, ids.call, 2)["type"] = "openc2"),
    ...inStep(ids.call, "commands[2].type"),
    reason: /openc2-http/,
  }),
  ...of("warning", "modified-early", {
    what: "a change before the beginning",
    change: having("modified", "2020-01-01T00:00:00Z"),
    key: "modified",
    reason: /before created/,
  }),
];

/** The complete playbook with one change. */
export const changed = ({ change }: RuleCase): Tree => {
  const playbook = completePlaybook();
  change(playbook);
  return playbook;
};
