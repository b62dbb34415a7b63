import { addressSubject, parseNetwork, v4Network, v4Number, type Network } from "../../engines/intercept/index.ts";
import { subjectKey, v4Key, type SubjectKey } from "./subject-key.ts";

/** What an address of a client is taken for. */
export interface ClientAddress {
  /** For what it is counted. */
  readonly subject: string;
  /** The same as the key of a map. */
  readonly key: SubjectKey;
  /** The address itself. */
  readonly network: Network;
}

const mostAddresses = 10_000;
const longestAddress = 64;
/** Of an IPv6 address as a whole. */
const addressBits = 128;

/** Understands addresses of clients, and keeps the latest that are IPv6: those take long. */
export class ClientAddresses {
  readonly #v6PrefixBits: number;
  #latest = new Map<string, ClientAddress>();
  #earlier = new Map<string, ClientAddress>();

  constructor(v6PrefixBits: number) {
    this.#v6PrefixBits = v6PrefixBits;
  }

  /** Undefined for a text that is no address. */
  get(text: string): ClientAddress | undefined {
    const number = v4Number(text);
    if (number !== undefined) return { subject: text, key: v4Key(number), network: v4Network(number) };
    return text.length > longestAddress ? undefined : (this.#latest.get(text) ?? this.#longer(text));
  }

  #longer(text: string): ClientAddress | undefined {
    const address = this.#earlier.get(text) ?? this.#understand(text);
    if (address === undefined) return undefined;
    if (this.#latest.size >= mostAddresses) {
      this.#earlier = this.#latest;
      this.#latest = new Map();
    }
    this.#latest.set(text, address);
    return address;
  }

  #understand(text: string): ClientAddress | undefined {
    const address = addressSubject(text, addressBits);
    const subject = addressSubject(text, this.#v6PrefixBits);
    if (address === undefined || subject === undefined) return undefined;
    return { subject, key: subjectKey("ip", subject), network: parseNetwork(address) };
  }
}
