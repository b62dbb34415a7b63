import type { IncomingMessage } from "node:http";
import { printable } from "../../../base/printable.ts";
import { addressSubject, NetworkSet, parseNetwork } from "../../../engines/intercept/index.ts";
import { GuardError } from "../errors.ts";

/** Tells the address of a request's client; undefined where the connection has none, as on a unix socket or when it is gone already. */
export type ClientIp = (request: Pick<IncomingMessage, "socket" | "headers">) => string | undefined;

/** A longer chain of proxies is nobody's: what stands further left is not looked at. */
const mostProxies = 32;
const mostEntries = 1_000;
const addressBits = 128;

/**
 * Makes what tells the client's address: that of the socket. Where this is a trusted proxy, the last address in `X-Forwarded-For` that is not
 * itself a trusted proxy: whatever stands left of it may have been written by the client. An entry that is no address ends the search at the
 * proxy that wrote it. Ports behind addresses are left out.
 *
 * @param trustedProxies addresses and networks of proxies that add to `X-Forwarded-For`; for none of them, the header says nothing
 * @throws GuardError `invalid-option` naming the entry that is neither an address nor a network
 */
export const clientIp = (trustedProxies: readonly string[] = []): ClientIp => {
  const trusted = networksOf(trustedProxies);
  if (trusted.size === 0) return ({ socket }) => socket.remoteAddress;
  return ({ socket, headers }) => {
    const peer = addressOf(socket.remoteAddress ?? "");
    return peer === undefined ? undefined : beforeProxies(trusted, peer, String(headers["x-forwarded-for"] ?? ""));
  };
};

const beforeProxies = (trusted: NetworkSet<true>, peer: string, forwardedFor: string): string => {
  let [client, rest] = [peer, forwardedFor];
  for (let proxies = 0; proxies < mostProxies && rest !== "" && isIn(trusted, client); proxies += 1) {
    const comma = rest.lastIndexOf(",");
    const next = addressOf(withoutPort(rest.slice(comma + 1).trim()));
    if (next === undefined) return client;
    client = next;
    rest = rest.slice(0, Math.max(comma, 0));
  }
  return client;
};

const networksOf = (texts: readonly string[]): NetworkSet<true> => {
  const problem = (what: string): GuardError =>
    new GuardError("invalid-option", `options of the guard: trustedProxies: ${what}`);
  if (texts.length > mostEntries) throw problem(`${texts.length} entries, at most ${mostEntries}: use networks`);
  const set = new NetworkSet<true>();
  for (const text of texts) {
    try {
      set.set(parseNetwork(text), true);
    } catch {
      throw problem(`${printable(text, 100)} is neither an address nor a network: write 10.0.0.1 or 10.0.0.0/8`);
    }
  }
  return set;
};

/** In one spelling; an IPv4 address that is written as IPv6 as itself. */
const addressOf = (text: string): string | undefined => addressSubject(text, addressBits);

const isIn = (networks: NetworkSet<true>, address: string): boolean => {
  for (const found of networks.holding(parseNetwork(address))) return found;
  return false;
};

const withoutPort = (text: string): string =>
  /^\[([^[\]]{2,64})\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]{7,15}):\d{1,5}$/.exec(text)?.[1] ?? text;
