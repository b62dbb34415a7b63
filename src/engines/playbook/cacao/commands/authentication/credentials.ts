import { messageOf } from "../../../protocol/error-text.ts";
import type { ActionContext } from "../../../sdk/action.ts";
import type { WithheldAuthentication, WithheldSecret } from "../command-input.ts";
import { CommandFailure } from "../failure.ts";

/** How a command shows who it is, with the values of its secrets. Never logged, never part of a message. */
export type Credentials =
  | { readonly type: "http-basic" | "user-auth"; readonly user: string; readonly password: string }
  | { readonly type: "oauth2"; readonly header: string; readonly scheme: string; readonly token: string };

/**
 * Reads the secrets that an authentication names.
 * @throws CommandFailure that names the secret which the node does not have
 */
export const credentialsOf = (authentication: WithheldAuthentication, secret: ActionContext["secret"]): Credentials => {
  const valueOf = (source: WithheldSecret): string => {
    if (source.type === "text") return source.text;
    try {
      return secret(source.name);
    } catch (thrown) {
      throw new CommandFailure("threw", messageOf(thrown));
    }
  };
  if (authentication.type === "oauth2") {
    return { ...authentication, token: valueOf(authentication.token) };
  }
  const { type, user, password } = authentication;
  return { type, user, password: valueOf(password) };
};

/** What must not be seen of them. */
export const secretsOf = (credentials: Credentials | undefined): readonly string[] => {
  if (credentials === undefined) return [];
  if (credentials.type === "oauth2") return [credentials.token];
  return [credentials.password, basicOf(credentials.user, credentials.password)];
};

/** User and password as RFC 7617 has them. */
export const basicOf = (user: string, password: string): string =>
  Buffer.from(`${user}:${password}`).toString("base64");
