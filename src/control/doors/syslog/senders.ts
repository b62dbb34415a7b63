import { BlockList, isIP } from "node:net";
import type { Clock } from "../../../base/clock.ts";
import { kindShape, sourceShape } from "../../../engines/events/index.ts";
import { ControlError } from "../../errors.ts";
import { eventGate, type SourceGate } from "../intake/event-gate.ts";

/** What messages from some addresses are. */
export interface SyslogSource {
  /** An address, or several as `10.1.0.0/16`. */
  readonly from: string;
  /** What its events have as their source. */
  readonly name: string;
  /** Of its events; absent: that of the door. */
  readonly kind?: string | undefined;
}

/** Who sent a message. */
export interface Sender {
  readonly name: string;
  readonly kind: string;
  readonly gate: SourceGate;
}

export interface SendersSetup {
  /** Whose messages are taken, as `from` above; empty: this machine's. */
  readonly allowFrom: readonly string[];
  /** The first that fits counts. Who is in none is called `syslog`. */
  readonly sources: readonly SyslogSource[];
  readonly kind: string;
  /** Messages of one source; absent: no bound. */
  readonly eventsPerSecond?: number | undefined;
  readonly clock: Clock;
}

const thisMachine = ["127.0.0.0/8", "::1"];
const unnamed = "syslog";

/** Who may send, and what their messages are. */
export class Senders {
  readonly #allowed: BlockList;
  readonly #sources: readonly { readonly addresses: BlockList; readonly sender: Sender }[];
  readonly #other: Sender;

  /** @throws ControlError `invalid` */
  constructor({ allowFrom, sources, kind, eventsPerSecond, clock }: SendersSetup) {
    const gates = new Map<string, SourceGate>();
    const gateOf = (name: string): SourceGate => {
      if (!gates.has(name)) gates.set(name, eventGate(eventsPerSecond, clock));
      return gates.get(name);
    };
    const senderOf = (at: string, name: string, its: string): Sender => {
      if (!sourceShape.test(name)) throw new ControlError("invalid", `${at}.name has to be of a-z 0-9 . -`);
      if (!kindShape.test(its)) throw new ControlError("invalid", `${at}.kind has to be of a-z 0-9 . -`);
      return { name, kind: its, gate: gateOf(name) };
    };
    this.#allowed = addressesOf("respond.syslog.allowFrom", allowFrom.length === 0 ? thisMachine : allowFrom);
    this.#sources = sources.map((source, index) => {
      const at = `respond.syslog.sources[${index}]`;
      const addresses = addressesOf(`${at}.from`, [source.from]);
      return { addresses, sender: senderOf(at, source.name, source.kind ?? kind) };
    });
    this.#other = senderOf("respond.syslog", unnamed, kind);
  }

  /** @param address of the sender, as `plainAddress` writes it */
  isAllowed(address: string): boolean {
    return holds(this.#allowed, address);
  }

  of(address: string): Sender {
    return this.#sources.find(({ addresses }) => holds(addresses, address))?.sender ?? this.#other;
  }
}

/** A socket for both kinds of addresses names an IPv4 one as `::ffff:10.1.2.3`. */
export const plainAddress = (address: string | undefined): string => (address ?? "").replace(/^::ffff:(?=\d+\.)/i, "");

const familyOf = (address: string): "ipv4" | "ipv6" => (isIP(address) === 6 ? "ipv6" : "ipv4");

const holds = (addresses: BlockList, address: string): boolean =>
  isIP(address) !== 0 && addresses.check(address, familyOf(address));

const addressesOf = (at: string, texts: readonly string[]): BlockList => {
  const addresses = new BlockList();
  for (const text of texts) {
    const [address = "", prefix, more] = text.split("/");
    const bits = isIP(address) === 6 ? 128 : 32;
    const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Infinity;
    if (isIP(address) === 0 || length > bits || more !== undefined) {
      throw new ControlError("invalid", `${at}: ${JSON.stringify(text)} is no address: use 10.1.2.3 or 10.1.0.0/16`);
    }
    addresses.addSubnet(address, length, familyOf(address));
  }
  return addresses;
};
