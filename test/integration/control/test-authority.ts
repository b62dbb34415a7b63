import { systemClock } from "../../../src/base/clock.ts";
import { systemRandom } from "../../../src/base/random.ts";
import { createAuthority, issueCertificate, type KeyPair } from "../../../src/bin/certificates/issue.ts";
import type { ClientTls } from "../../../src/client/index.ts";
import { fixedTls, type Role, type TlsSource } from "../../../src/wire/index.ts";

const validity = () => ({ nowMs: systemClock.wallMs(), days: 1 });

/** Signs certificates of one cluster, good for a day. */
export class TestAuthority {
  static async create(cluster: string): Promise<TestAuthority> {
    return new TestAuthority(cluster, await createAuthority(cluster, validity(), systemRandom));
  }

  readonly #cluster: string;
  readonly #authority: KeyPair;

  private constructor(cluster: string, authority: KeyPair) {
    this.#cluster = cluster;
    this.#authority = authority;
  }

  /** What a node of this id uses. */
  async node(id: string): Promise<TlsSource> {
    const peer = { type: "node", cluster: this.#cluster, id } as const;
    return this.#source(await issueCertificate(this.#authority, peer, ["127.0.0.1"], validity(), systemRandom));
  }

  /** What a client of this name and role uses. */
  async client(name: string, role: Role): Promise<ClientTls> {
    const peer = { type: "client", cluster: this.#cluster, name, role } as const;
    return this.#tls(this.#source(await issueCertificate(this.#authority, peer, [], validity(), systemRandom)));
  }

  /** What a client uses that has no certificate. */
  stranger(): ClientTls {
    return this.#tls(fixedTls({ ca: this.#ca }));
  }

  get #ca(): Buffer {
    return Buffer.from(this.#authority.cert);
  }

  #source({ cert, key }: KeyPair): TlsSource {
    return fixedTls({ ca: this.#ca, identity: { cert: Buffer.from(cert), key: Buffer.from(key) } });
  }

  #tls(source: TlsSource): ClientTls {
    return { source, cluster: this.#cluster };
  }
}
