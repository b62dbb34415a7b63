import { lookup as systemLookup, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction, Socket } from "node:net";
import { PlaybookError } from "../../errors.ts";
import { egressRefused, type EgressRules } from "./egress-rules.ts";

type Listener = () => void;
type ConnectOptions = Partial<{ path: string | null; host: string; port: number | string; lookup: LookupFunction }>;

const isOptions = (value: unknown): value is ConnectOptions => typeof value === "object" && value !== null;

/** The forms in which `Socket.connect` is called: options, a path, a port with a host, and the array in which Node itself hands them on. */
const optionsOf = (args: readonly unknown[]): ConnectOptions => {
  const [first, second]: readonly unknown[] = Array.isArray(args[0]) ? (args[0] as readonly unknown[]) : args;
  if (isOptions(first)) return first;
  if (typeof first === "string" && !(Number(first) >= 0)) return { path: first };
  return { port: Number(first), ...(typeof second === "string" && { host: second }) };
};

const listenerOf = (args: readonly unknown[]): Listener | undefined => {
  const all: readonly unknown[] = Array.isArray(args[0]) ? (args[0] as readonly unknown[]) : args;
  return all.find((argument): argument is Listener => typeof argument === "function");
};

/** Resolves a name and keeps only what may be reached; the socket connects to just these addresses. */
const guardedLookup =
  (rules: EgressRules, port: number, lookup: LookupFunction): LookupFunction =>
  (host, options, callback) =>
    lookup(host, options, (error, found, family) => {
      if (error !== null) {
        callback(error, found, family);
        return;
      }
      const all: LookupAddress[] =
        typeof found === "string" ? [{ address: found, family: family ?? isIP(found) }] : found;
      const allowed = all.filter(({ address }) => rules.allowsAddress(address, port));
      const [first] = allowed;
      if (first === undefined) {
        const addresses = all.map(({ address }) => address);
        callback(egressRefused(host, port, addresses), typeof found === "string" ? found : []);
      } else if (typeof found === "string") callback(null, first.address, first.family);
      else callback(null, allowed);
    });

/** What is done about a connection: let it, refuse it, or let it with another way to resolve its name. */
type Verdict = "allow" | { readonly refuse: PlaybookError } | { readonly lookup: LookupFunction };

const judge = (rules: EgressRules, options: ConnectOptions): Verdict => {
  // HTTP says null for none.
  if (typeof options.path === "string") {
    return { refuse: new PlaybookError("egress", "a playbook may not connect to a unix socket; no rule allows it") };
  }
  const host = options.host === undefined || options.host === "" ? "localhost" : options.host;
  const port = Number(options.port);
  if (rules.allowsName(host, port)) return "allow";
  if (isIP(host) === 0) return { lookup: guardedLookup(rules, port, options.lookup ?? systemLookup) };
  return rules.allowsAddress(host, port) ? "allow" : { refuse: egressRefused(host, port) };
};

/** Node tells of names that cannot be resolved when whoever connects listens already: a refusal comes in the same way. */
const refusedOptions = (error: PlaybookError): ConnectOptions => ({
  host: "refused",
  port: 1,
  lookup: (_host, _options, callback) => callback(error, []),
});

/**
 * Has every socket of this thread ask the rules before it connects: plain ones and those of TLS, HTTP, HTTP/2, WebSocket and `fetch`.
 * @param rules asked at each connection, since they become known later
 */
export const guardSockets = (rules: () => EgressRules): void => {
  const connect = Reflect.get(Socket.prototype, "connect") as (this: Socket, ...args: unknown[]) => Socket;
  const guarded = function (this: Socket, ...args: unknown[]): Socket {
    const options = optionsOf(args);
    const verdict = judge(rules(), options);
    if (verdict === "allow") return connect.apply(this, args);
    if ("refuse" in verdict) return connect.call(this, refusedOptions(verdict.refuse), listenerOf(args));
    return connect.call(this, { ...options, lookup: verdict.lookup }, listenerOf(args));
  };
  Reflect.set(Socket.prototype, "connect", guarded);
};
