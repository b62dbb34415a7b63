import { createHash } from "node:crypto";
import { CommandFailure } from "../failure.ts";
import { type HostKey, hostName, type KnownHost, type KnownHosts, keyTypeOf } from "./known-hosts.ts";

/** Algorithms of host keys in our order, by type of the key. SHA-1 (`ssh-rsa`) and DSA are not among them. */
const algorithms = [
  { type: "ssh-ed25519", names: ["ssh-ed25519"] },
  { type: "ecdsa-sha2-nistp256", names: ["ecdsa-sha2-nistp256"] },
  { type: "ecdsa-sha2-nistp384", names: ["ecdsa-sha2-nistp384"] },
  { type: "ecdsa-sha2-nistp521", names: ["ecdsa-sha2-nistp521"] },
  { type: "ssh-rsa", names: ["rsa-sha2-512", "rsa-sha2-256"] },
] as const;

export type HostKeyAlgorithm = (typeof algorithms)[number]["names"][number];

const mostTypeChars = 40;
const mostLinesNamed = 5;

/** Compares the key that a host shows with those that known_hosts has for it. */
export class HostCheck {
  readonly #name: string;
  readonly #known: KnownHost;
  readonly #unreadable: readonly number[];
  /** Why the host was not accepted, once it has shown its key. */
  refusal: CommandFailure | undefined;

  constructor(hosts: KnownHosts, host: string, port: number) {
    this.#name = hostName(host, port);
    this.#known = hosts.find(host, port);
    this.#unreadable = hosts.unreadable;
  }

  /** What to ask the host for, best first: those that its key is known of, so that a host with several keys shows that one. */
  get algorithms(): HostKeyAlgorithm[] {
    const isKnown = (type: string): boolean => this.#known.keys.some((key) => key.type === type);
    const [known, others] = [true, false].map((wanted) =>
      algorithms.filter(({ type }) => isKnown(type) === wanted).flatMap(({ names }): HostKeyAlgorithm[] => [...names]),
    );
    return [...(known ?? []), ...(others ?? [])];
  }

  /** Whether the host is the one that is known. When it is not, `refusal` says why. */
  accepts(blob: Buffer): boolean {
    this.refusal = this.#refusalOf({ type: keyTypeOf(blob) ?? "unknown", blob });
    return this.refusal === undefined;
  }

  #refusalOf(shown: HostKey): CommandFailure | undefined {
    const { keys, revoked, hasAuthority } = this.#known;
    const isShown = (key: HostKey): boolean => key.blob.equals(shown.blob);
    const key = `${shown.type.slice(0, mostTypeChars)} ${fingerprintOf(shown.blob)}`;
    const refuse = (why: string): CommandFailure => new CommandFailure("refused", `${this.#name} ${why}`);
    if (revoked.some(isShown)) return refuse(`shows the key ${key}, which is revoked in respond.ssh.knownHosts`);
    if (keys.some(isShown)) return undefined;
    if (keys.length > 0) {
      const expected = keys.map(({ type, blob }) => `${type} ${fingerprintOf(blob)}`).join(", ");
      return refuse(
        `shows another key than the one that is known: ${key} instead of ${expected}; somebody may listen in`,
      );
    }
    if (hasAuthority) {
      return refuse(
        `is known by a @cert-authority line only, and host certificates are not supported: add its key ${key} to ` +
          "respond.ssh.knownHosts if it is the right one",
      );
    }
    return refuse(
      `is not known: it shows the key ${key}; add it to respond.ssh.knownHosts if it is the right one${this.#hint()}`,
    );
  }

  #hint(): string {
    if (this.#unreadable.length === 0) return "";
    return ` (line ${this.#unreadable.slice(0, mostLinesNamed).join(", ")} of that file cannot be read)`;
  }
}

/** As OpenSSH shows it: `SHA256:` and base64 without padding. */
export const fingerprintOf = (blob: Buffer): string =>
  `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
