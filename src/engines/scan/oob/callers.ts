import { isLoopback, parseAddress } from "../scope/address.ts";
import type { Resolver } from "../net/resolver.ts";
import type { UrlForm } from "./server.ts";

/**
 * Why a target could never contact urls of this form: they lead to the loopback of whoever uses them, and the target is
 * another machine. That it then contacts nothing would say nothing about it. Undefined when it could.
 */
export const refuseCaller = async (
  { hostname, name }: UrlForm,
  targetHost: string,
  resolve: Resolver,
): Promise<string | undefined> => {
  if (!isLocalName(hostname) || isLocalName(targetHost)) return undefined;
  const refusal = `the interactsh server at ${name} can be contacted from this machine only, and ${targetHost} is another one: set interactsh.server`;
  if (parseAddress(targetHost) !== undefined) return refusal;
  const addresses = await resolve(targetHost).catch((): readonly string[] => []);
  return addresses.some(isLocalName) ? undefined : refusal;
};

const isLocalName = (host: string): boolean => {
  const address = parseAddress(host);
  return address === undefined ? /(^|\.)localhost\.?$/i.test(host) : isLoopback(address);
};
