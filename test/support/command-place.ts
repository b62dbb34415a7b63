import { parseTemplate } from "../../src/engines/playbook/cacao/variables/parse-template.ts";
import { Scope } from "../../src/engines/playbook/cacao/variables/scope.ts";
import type { AddressKind, AgentTarget, Authentication } from "../../src/engines/playbook/cacao/model/agent-target.ts";
import type { Command } from "../../src/engines/playbook/cacao/model/command.ts";
import type { ActionStep } from "../../src/engines/playbook/cacao/model/step.ts";
import type { VariableDeclaration, VariableType } from "../../src/engines/playbook/cacao/model/variable.ts";
import type { CommandPlace } from "../../src/engines/playbook/cacao/run/prepare.ts";
import type { CacaoSettings } from "../../src/engines/playbook/protocol/messages.ts";

export interface TestVariable {
  readonly type?: VariableType;
  readonly value?: string | null;
  /** It comes from outside. */
  readonly tainted?: boolean;
  readonly description?: string;
}

interface PlaceOptions {
  /** Of the target, by kind. */
  readonly address?: Readonly<Partial<Record<AddressKind, string>>>;
  readonly port?: string;
  readonly targetType?: string;
  readonly authentication?: Authentication;
  /** By name, without underscores. */
  readonly variables?: Readonly<Record<string, TestVariable>>;
  readonly inArgs?: readonly string[];
  readonly outArgs?: readonly string[];
  readonly event?: object;
  readonly settings?: Partial<CacaoSettings>;
}

/** Id of the step of `commandPlace`. */
export const stepId = "action--b3f1c6f0-8a51-4d7c-9d7e-1b3c4a5d6e7f";

export const noCacaoSettings: CacaoSettings = {
  manualTimeoutMs: 60_000,
  ssh: true,
  knownHosts: [],
  authorities: [],
  repeat: {},
};

const agentOf = (name: string, more: Partial<AgentTarget>): AgentTarget => ({
  id: `net-address--${name}`,
  type: "net-address",
  name,
  description: undefined,
  addresses: [],
  port: undefined,
  authentication: undefined,
  ...more,
});

/** Where a command is made ready: a step with an agent without address and one target. */
export const commandPlace = (options: PlaceOptions = {}): CommandPlace => {
  const { address = {}, port, variables = {}, inArgs = [], outArgs = [], event = {}, targetType } = options;
  const target = agentOf("door", {
    addresses: Object.entries(address).map(([kind, text]) => ({
      kind: kind as AddressKind,
      address: parseTemplate(text),
    })),
    port: port === undefined ? undefined : parseTemplate(port),
    ...(targetType !== undefined && { type: targetType }),
  });
  const step: ActionStep = {
    type: "action",
    id: stepId,
    name: "close the door",
    description: undefined,
    owner: undefined,
    delayMs: 0,
    timeoutMs: undefined,
    variables: new Map(),
    onSuccess: undefined,
    onFailure: undefined,
    commands: [],
    agent: "net-address--us",
    targets: [target.id],
    inArgs,
    outArgs,
  };
  return {
    step,
    agent: agentOf("us", {}),
    target,
    targets: [target],
    authentication: options.authentication,
    scope: scopeOf(variables, event),
    settings: { ...noCacaoSettings, ...options.settings },
  };
};

const scopeOf = (variables: Readonly<Record<string, TestVariable>>, event: object): Scope => {
  const entries = Object.entries(variables).map(([name, given]) => [`__${name}__`, given] as const);
  const declarations = entries.map(([name, { type = "string", value = null, description }]): VariableDeclaration => {
    return { name, type, description, value, constant: false, external: false };
  });
  const initial = entries.flatMap(([name, { value = null, tainted = false }]) =>
    tainted ? [[name, { text: value, tainted }] as const] : [],
  );
  return Scope.ofRun({ id: "run-1", event: JSON.stringify(event) }).child(
    new Map(declarations.map((declaration) => [declaration.name, declaration])),
    new Map(initial),
  );
};

interface RequestOptions {
  readonly type?: "http-api" | "openc2-http";
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly content?: string;
}

/** A command of HTTP as a playbook writes it: `POST /path`. */
export const httpCommand = (
  line: string,
  { type = "http-api", headers = {}, content }: RequestOptions = {},
): Command => {
  const [method = "", target = ""] = line.split(" ");
  const request = {
    description: undefined,
    method,
    target: parseTemplate(target),
    headers: Object.entries(headers).map(([name, values]) => ({ name, values: values.map(parseTemplate) })),
  };
  const body = content === undefined ? undefined : ({ type: "text", text: parseTemplate(content) } as const);
  return type === "http-api"
    ? { type, ...request, content: body }
    : { type, ...request, content: body ?? { type: "bytes", base64: "e30=" } };
};

/** A command that is a text. */
export const textCommand = (type: "ssh" | "bash" | "manual" | "garrison", text: string): Command => ({
  type,
  description: undefined,
  command: parseTemplate(text),
});
