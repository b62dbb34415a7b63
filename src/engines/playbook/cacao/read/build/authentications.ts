import type { Authentication, SecretSource } from "../../model/agent-target.ts";
import type { Path } from "../findings.ts";
import { authenticationShapes } from "../shape/authentication.ts";
import { identifierShape, idTypeOf, record, text } from "../shape/common.ts";
import { parseShape } from "../shape/parse-shape.ts";
import type { Reading } from "./context.ts";

/** Reads `authentication_info_definitions` (section 6). */
export const authenticationsOf = (
  written: Readonly<Record<string, unknown>> | undefined,
  reading: Reading,
): ReadonlyMap<string, Authentication> => {
  const found = new Map<string, Authentication>();
  for (const [id, raw] of Object.entries(written ?? {})) {
    const authentication = authenticationOf(id, raw, ["authentication_info_definitions", id], reading);
    if (authentication !== undefined) found.set(id, authentication);
  }
  return found;
};

const authenticationOf = (id: string, raw: unknown, path: Path, reading: Reading): Authentication | undefined => {
  const { findings, texts } = reading;
  const object = parseShape(record, raw, path, findings);
  const type = object && parseShape(text, object["type"], [...path, "type"], findings);
  if (type === undefined) return undefined;
  if (!identifierShape.test(id)) {
    findings.add("authentication-type", path, "has an id that is no identifier: write the type, -- and a UUID");
    return undefined;
  }
  const expected = idTypeOf(id) ?? "";
  if (expected !== type && Object.hasOwn(authenticationShapes, expected)) {
    findings.add("shape", [...path, "type"], `is "${type}", and has to be "${expected}" as its id says`);
    return undefined;
  }
  switch (type) {
    case "http-basic": {
      const about = parseShape(authenticationShapes[type], raw, path, findings);
      const password = about && secretOf(about, "password", path, reading);
      if (about === undefined || password === undefined) return undefined;
      return { type, id, user: texts.template(about.user_id ?? "", [...path, "user_id"]), password };
    }
    case "oauth2": {
      const about = parseShape(authenticationShapes[type], raw, path, findings);
      const token = about && secretOf(about, "token", path, reading);
      if (about === undefined || token === undefined) return undefined;
      return { type, id, header: texts.template(about.oauth_header, [...path, "oauth_header"]), token };
    }
    case "user-auth":
    case "authentication-info": {
      const about = parseShape(authenticationShapes["user-auth"], raw, path, findings);
      if (type === "authentication-info") {
        findings.add("other-name", [...path, "type"], 'is taken as "user-auth", which is its name in CACAO v2.0');
      }
      const password = about && secretOf(about, "password", path, reading);
      if (about === undefined || password === undefined) return undefined;
      return { type: "user-auth", id, user: texts.template(about.username ?? "", [...path, "username"]), password };
    }
    default: {
      const types = Object.keys(authenticationShapes).join(", ");
      findings.add("authentication-type", [...path, "type"], `"${type}" is refused: there is ${types}`);
      return undefined;
    }
  }
};

interface WrittenSecret {
  readonly kms?: boolean | undefined;
  readonly kms_key_identifier?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
}

/** Where the secret comes from: the node's secrets with `kms`, else what the file says. */
const secretOf = (
  written: WrittenSecret,
  key: "password" | "token",
  path: Path,
  { findings, texts }: Reading,
): SecretSource | undefined => {
  const { kms, kms_key_identifier: name } = written;
  if (kms === true) {
    if (name !== undefined && name !== "") return { type: "secret", name };
    findings.add("key-management", [...path, "kms_key_identifier"], "is missing: name one of respond.secrets");
    return undefined;
  }
  if (name !== undefined) {
    findings.add("key-management", [...path, "kms"], "has to be true beside kms_key_identifier");
    return undefined;
  }
  const secret = written[key];
  const at = [...path, key];
  if (secret === undefined) {
    findings.add("credential", at, "is missing: write a variable, or kms and kms_key_identifier");
    return undefined;
  }
  const template = texts.template(secret, at);
  if (secret !== "" && template.every((part) => typeof part === "string")) {
    findings.add(
      "inline-secret",
      at,
      "is a secret in clear: keep it in respond.secrets and name it by kms_key_identifier",
    );
  }
  return { type: "text", text: template };
};
