import type { Value } from "../value/value.ts";

/** A contact that an interactsh server was made with one of our urls. Texts are byte strings. */
export interface Interaction {
  /** As the server names it, in lower case: dns, http, smtp, ldap, ftp, smb … */
  readonly protocol: string;
  /** The 33 characters of the url, in lower case. */
  readonly uniqueId: string;
  /** With what stood before them, such as `data.<uniqueId>`. */
  readonly fullId: string;
  readonly request: string;
  readonly response: string;
  /** Where it came from, without a port: for dns mostly a resolver, not the target. */
  readonly remoteAddress: string;
  /** When the server recorded it, in milliseconds since 1970. */
  readonly at: number;
}

/** What operators see of an interaction, under nuclei's names. */
export const interactionValues = ({
  protocol,
  request,
  response,
  remoteAddress,
}: Interaction): Readonly<Record<string, Value>> => ({
  interactsh_protocol: protocol,
  // Resolvers mix the case of names at random, so that answers are harder to forge.
  interactsh_request: protocol === "dns" ? request.toLowerCase() : request,
  interactsh_response: response,
  interactsh_ip: remoteAddress,
});
