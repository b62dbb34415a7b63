import type { Authentication, SecretSource } from "../../model/agent-target.ts";
import { fill } from "../../variables/fill.ts";
import type { Scope } from "../../variables/scope.ts";
import type { AuthenticationType, WithheldAuthentication, WithheldSecret } from "../command-input.ts";
import { CommandFailure } from "../failure.ts";

const headerNameShape = /^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
const usualHeader = "authorization";
const usualScheme = "Bearer";

/**
 * An authentication with its variables filled in; secrets that the node keeps stay names.
 * @param accepted the types that fit the command
 * @throws CommandFailure for one that does not fit
 */
export const prepareAuthentication = (
  authentication: Authentication,
  accepted: readonly AuthenticationType[],
  scope: Scope,
): WithheldAuthentication => {
  const { type, id } = authentication;
  if (!accepted.includes(type)) {
    throw new CommandFailure("threw", `${id} is of type ${type}, the command takes ${accepted.join(" or ")}`);
  }
  const secretOf = (source: SecretSource): WithheldSecret =>
    source.type === "secret" ? source : { type: "text", text: fill(source.text, scope, "plain") };
  if (authentication.type === "oauth2") {
    const header = headerOf(id, fill(authentication.header, scope, "header"));
    return { type: "oauth2", ...header, token: secretOf(authentication.token) };
  }
  const user = fill(authentication.user, scope, "plain");
  if (type === "http-basic" && user.includes(":")) {
    throw new CommandFailure("threw", `${id} has a user with a colon, which http-basic cannot say`);
  }
  return { type: authentication.type, user, password: secretOf(authentication.password) };
};

/** `oauth_header` is written in three ways: `Bearer`, `Authorization: Bearer`, and `Authorization`. Empty: `Authorization: Bearer`. */
const headerOf = (id: string, text: string): { readonly header: string; readonly scheme: string } => {
  const [first = "", ...rest] = text.split(":");
  const name = first.trim().toLowerCase();
  if (rest.length === 0) {
    const scheme = name === "" || name === usualHeader ? usualScheme : text.trim();
    return { header: usualHeader, scheme };
  }
  if (headerNameShape.test(name)) return { header: name, scheme: rest.join(":").trim() };
  throw new CommandFailure("threw", `${id} has an oauth_header that is no header: write Authorization: Bearer`);
};
