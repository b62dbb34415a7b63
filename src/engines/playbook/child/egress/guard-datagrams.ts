import { lookup } from "node:dns";
import { Socket } from "node:dgram";
import { isIP } from "node:net";
import { asError } from "../../../../base/errors.ts";
import { egressRefused, type EgressRules } from "./egress-rules.ts";

type Call = (...args: readonly unknown[]) => unknown;
type Done = (error: Error) => void;

/** Where one call sends to, and what its arguments are with an address in place of the name. */
interface Destination {
  readonly host: string | undefined;
  readonly port: number;
  readonly withAddress: (address: string) => readonly unknown[];
}

const isConnected = (socket: Socket): boolean => {
  try {
    socket.remoteAddress();
    return true;
  } catch {
    return false;
  }
};

/** `(port[, address][, callback])` from `at` on, as `connect` has it and `send` after the message. */
const destinationAt = (args: readonly unknown[], at: number): Destination => {
  const host = args[at + 1];
  return {
    host: typeof host === "string" && host !== "" ? host : undefined,
    port: Number(args[at]),
    withAddress: (address) => [
      ...args.slice(0, at + 1),
      address,
      ...args.slice(typeof host === "function" ? at + 1 : at + 2),
    ],
  };
};

/** `send(msg, port, …)` or `send(msg, offset, length, port, …)`: which one is told by Node in the same way. */
const destinationOfSend = (args: readonly unknown[]): Destination =>
  destinationAt(args, typeof args[2] === "number" ? 3 : 1);

/**
 * Has every datagram socket of this thread ask the rules before it sends or connects. A name that no rule names is resolved first, and
 * the datagram goes to the address that was asked about.
 */
export const guardDatagrams = (rules: () => EgressRules): void => {
  const guard = (name: "send" | "connect", destinationOf: (args: readonly unknown[]) => Destination): void => {
    const original = Reflect.get(Socket.prototype, name) as Call;
    const guarded = function (this: Socket, ...args: readonly unknown[]): void {
      const pass = (given: readonly unknown[]): void => void Reflect.apply(original, this, given);
      if (name === "send" && isConnected(this)) return pass(args);
      const { host, port, withAddress } = destinationOf(args);
      const done = args.find((argument): argument is Done => typeof argument === "function");
      const refuse = (error: Error): void => {
        if (done === undefined) this.emit("error", error);
        else done(error);
      };
      const passAddress = (address: string): void => {
        if (rules().allowsAddress(address, port)) pass(withAddress(address));
        else refuse(egressRefused(host ?? address, port, host === undefined || host === address ? [] : [address]));
      };
      if (host !== undefined && rules().allowsName(host, port)) return pass(args);
      if (host === undefined || isIP(host) !== 0) {
        return passAddress(host ?? (Reflect.get(this, "type") === "udp6" ? "::1" : "127.0.0.1"));
      }
      lookup(host, (error, address) => {
        try {
          if (error === null) passAddress(address);
          else refuse(error);
        } catch (thrown) {
          // It was closed in the meantime.
          refuse(asError(thrown));
        }
      });
    };
    Reflect.set(Socket.prototype, name, guarded);
  };
  guard("send", destinationOfSend);
  guard("connect", (args) => destinationAt(args, 0));
};
