import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/base/clock.ts";
import { systemRandom } from "../../src/base/random.ts";
import { createAuthority, issueCertificate, type KeyPair } from "../../src/bin/certificates/issue.ts";
import type { ClientTls } from "../../src/client/index.ts";
import {
  fixedTls,
  formatPeerName,
  parsePeerName,
  type PeerName,
  type Role,
  type TlsMaterial,
  type TlsSource,
} from "../../src/wire/index.ts";

export interface IssueOptions {
  /** When it is made, before now. */
  readonly daysAgo?: number;
  readonly days?: number;
  readonly hosts?: readonly string[];
}

const dayMs = 86_400_000;

/** Real certificates for tests, of one authority. */
export class TestAuthority {
  /** @param cluster for which it says it signs; it signs for any */
  static async create(cluster = "garrison"): Promise<TestAuthority> {
    const validity = { nowMs: systemClock.wallMs() - 100 * dayMs, days: 200 };
    return new TestAuthority(cluster, await createAuthority(cluster, validity, systemRandom));
  }

  readonly pair: KeyPair;
  readonly #cluster: string;

  private constructor(cluster: string, pair: KeyPair) {
    this.#cluster = cluster;
    this.pair = pair;
  }

  /** @param uri such as `garrison://garrison/node/node-1` */
  async issue(uri: string, { daysAgo = 0, days = 10, hosts = [] }: IssueOptions = {}): Promise<KeyPair> {
    const peer = parsePeerName(uri);
    if (peer === undefined) throw new Error(`${uri} names no peer`);
    const validity = { nowMs: systemClock.wallMs() - daysAgo * dayMs, days };
    return issueCertificate(this.pair, peer, hosts, validity, systemRandom);
  }

  async material(uri: string, options?: IssueOptions): Promise<TlsMaterial> {
    return materialOf(this, await this.issue(uri, options));
  }

  /** What a node of its cluster uses. */
  node(id: string): Promise<TlsSource> {
    return this.#source({ type: "node", cluster: this.#cluster, id }, ["127.0.0.1"]);
  }

  /** What a client of its cluster uses. */
  async client(name: string, role: Role): Promise<ClientTls> {
    const source = await this.#source({ type: "client", cluster: this.#cluster, name, role });
    return { source, cluster: this.#cluster };
  }

  /** What a client uses that has no certificate. */
  stranger(): ClientTls {
    return { source: fixedTls(this.trust), cluster: this.#cluster };
  }

  /** What trusts this authority and has no certificate. */
  get trust(): TlsMaterial {
    return { ca: Buffer.from(this.pair.cert) };
  }

  async #source(peer: PeerName, hosts: readonly string[] = []): Promise<TlsSource> {
    return fixedTls(materialOf(this, await this.issue(formatPeerName(peer), { hosts })));
  }
}

/** A certificate, trusting an authority that need not be its own. */
export const materialOf = (trusted: TestAuthority, { cert, key }: KeyPair): TlsMaterial => ({
  ...trusted.trust,
  identity: { cert: Buffer.from(cert), key: Buffer.from(key) },
});

/** Certificates that a test replaces, as their files would be. */
export class ChangingTls implements TlsSource {
  readonly #listeners = new Set<() => void>();
  #material: TlsMaterial;

  constructor(material: TlsMaterial) {
    this.#material = material;
  }

  current(): TlsMaterial {
    return this.#material;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Replaces what is given. */
  change(parts: Partial<TlsMaterial>): void {
    this.#material = { ...this.#material, ...parts };
    for (const listener of this.#listeners) listener();
  }
}

/** A certificate with other names than Garrison gives, such as `DNS:a,URI:https://b`, and a key of RSA; good for two days. */
export const signedByOpenssl = (
  authority: Pick<TestAuthority, "pair">,
  subjectAltName: string,
  { bits = 2_048, extension = "basicConstraints=CA:FALSE" } = {},
): KeyPair => {
  const folder = new CertificateFolder();
  try {
    const [ca, caKey] = [folder.write("ca.pem", authority.pair.cert), folder.write("ca-key.pem", authority.pair.key)];
    const at = (name: string): string => join(folder.path, name);
    const [key, request, cert] = [at("key.pem"), at("request.pem"), at("cert.pem")];
    const run = (...args: readonly string[]): unknown => execFileSync("openssl", args, { stdio: "ignore" });
    const added = ["-addext", `subjectAltName=${subjectAltName}`, "-addext", extension];
    run("req", "-new", "-newkey", `rsa:${bits}`, "-nodes", "-subj", "/CN=x", ...added, "-keyout", key, "-out", request);
    const signing = ["-CA", ca, "-CAkey", caKey, "-CAcreateserial", "-copy_extensions", "copyall", "-days", "2"];
    run("x509", "-req", "-in", request, ...signing, "-out", cert);
    return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  } finally {
    folder.remove();
  }
};

/** Files of certificates in a folder of their own. */
export class CertificateFolder {
  readonly path = mkdtempSync(join(tmpdir(), "garrison-certificates-"));

  /** @returns the path */
  write(name: string, text: string, mode = 0o600): string {
    const file = join(this.path, name);
    writeFileSync(file, text, { mode });
    return file;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
