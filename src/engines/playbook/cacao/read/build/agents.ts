import { isIP, isIPv4, isIPv6 } from "node:net";
import { type AddressKind, addressKinds, type AgentTarget } from "../../model/agent-target.ts";
import type { Template } from "../../model/text.ts";
import type { Findings, Path } from "../findings.ts";
import {
  type AgentTargetType,
  agentTargetShape,
  agentTargetTypeProperties,
  isAgentTargetType,
  type WrittenAgentTarget,
} from "../shape/agent-target.ts";
import { identifierShape, idTypeOf, record, text } from "../shape/common.ts";
import { parseShape } from "../shape/parse-shape.ts";
import type { Reading } from "./context.ts";

/** Names of SOARCA's agents whose commands are executed here. */
const soarcaNames = new Set(["soarca-http-api", "soarca-ssh", "soarca-openc2-http", "soarca-manual-capability"]);

/**
 * Reads `agent_definitions` or `target_definitions`.
 *
 * @param used ids that steps name: what nobody uses and cannot be executed is only worth a warning
 */
export const agentTargetsOf = (
  written: Readonly<Record<string, unknown>> | undefined,
  dictionary: "agent_definitions" | "target_definitions",
  used: ReadonlySet<string>,
  reading: Reading,
): ReadonlyMap<string, AgentTarget> => {
  const found = new Map<string, AgentTarget>();
  for (const [id, raw] of Object.entries(written ?? {})) {
    const path = [dictionary, id];
    const type = typeOf(id, raw, path, used, reading.findings);
    const about = type && parseShape(agentTargetShape(type), raw, path, reading.findings);
    if (about !== undefined) found.set(id, agentTargetOf(id, about, path, reading));
  }
  return found;
};

/** The type, when it is one that commands can be executed by or on. */
const typeOf = (
  id: string,
  raw: unknown,
  path: Path,
  used: ReadonlySet<string>,
  findings: Findings,
): AgentTargetType | undefined => {
  const refuse = (rule: "agent-id" | "agent-type", at: Path, reason: string): undefined => {
    if (used.has(id)) findings.add(rule, at, reason);
    else findings.add("agent-unused", at, `${reason}; no step uses it`);
  };
  const object = parseShape(record, raw, path, findings);
  const type = object && parseShape(text, object["type"], [...path, "type"], findings);
  if (object === undefined || type === undefined) return undefined;
  if (!identifierShape.test(id)) {
    return refuse("agent-id", path, "has an id that is no identifier: write the type, -- and a UUID, such as ssh--…");
  }
  const expected = idTypeOf(id) ?? "";
  if (expected !== type && isAgentTargetType(expected)) {
    findings.add("shape", [...path, "type"], `is "${type}", and has to be "${expected}" as its id says`);
    return undefined;
  }
  if (!isAgentTargetType(type)) {
    const types = Object.keys(agentTargetTypeProperties).join(", ");
    return refuse("agent-type", [...path, "type"], `"${type}" is refused: nothing here acts as it; there is ${types}`);
  }
  const { name } = object;
  if (type === "soarca" && typeof name === "string" && !soarcaNames.has(name)) {
    const names = [...soarcaNames].join(", ");
    return refuse("agent-type", [...path, "name"], `"${name}" of SOARCA is refused: there is ${names}`);
  }
  if (expected !== type) {
    findings.add("id-type", path, `begins with ${expected} and is of type ${type}: they should agree`);
  }
  return type;
};

const agentTargetOf = (id: string, about: WrittenAgentTarget, path: Path, reading: Reading): AgentTarget => ({
  id,
  type: about.type,
  name: about.name,
  description: about.description,
  addresses: addressesOf(about.address, [...path, "address"], reading),
  port: portOf(about.port, [...path, "port"], reading),
  authentication: about.authentication_info,
});

const isAddressKind = (kind: string): kind is AddressKind => (addressKinds as readonly string[]).includes(kind);

const addressesOf = (
  written: WrittenAgentTarget["address"],
  path: Path,
  { findings, texts }: Reading,
): AgentTarget["addresses"] =>
  Object.entries(written ?? {}).flatMap(([kind, values]) =>
    !isAddressKind(kind) || values === undefined
      ? []
      : values.map((value, at) => {
          const address = texts.template(String(value), [...path, kind, at]);
          const problem = isLiteral(address) ? addressProblem(kind, String(value)) : undefined;
          if (problem !== undefined) findings.add("address", [...path, kind, at], problem);
          return { kind, address };
        }),
  );

const isLiteral = (template: Template): boolean => template.every((part) => typeof part === "string");

const nameShape = /^(?=.{1,253}$)(?!.*\.\.)[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?$/;

const addressProblem = (kind: AddressKind, address: string): string | undefined => {
  switch (kind) {
    case "dname":
      return nameShape.test(address) && isIP(address) === 0 ? undefined : "is no name of a host";
    case "ipv4":
      return isIPv4(address) ? undefined : "is no IPv4 address";
    case "ipv6":
      return isIPv6(address) ? undefined : "is no IPv6 address";
    case "l2mac":
      return /^[a-fA-F0-9]{2}(?::[a-fA-F0-9]{2}){5}$/.test(address) ? undefined : "is no MAC address";
    case "url":
      return /^https?:\/\/[^/\s]/.test(address) && URL.canParse(address) ? undefined : "is no URL of http or https";
    case "vlan":
      return undefined;
  }
};

const portOf = (written: string | undefined, path: Path, { findings, texts }: Reading): Template | undefined => {
  if (written === undefined) return undefined;
  const port = texts.template(written, path);
  const isPort = /^[1-9]\d{0,4}$/.test(written) && Number(written) <= 65_535;
  if (isLiteral(port) && !isPort) findings.add("port", path, "is no port: write a number from 1 to 65535");
  return port;
};
