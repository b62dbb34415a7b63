import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/base/clock.ts";
import { systemRandom } from "../../src/base/random.ts";
import { createAuthority, issueCertificate, type KeyPair } from "../../src/bin/certificates/issue.ts";
import { parsePeerName, type TlsMaterial } from "../../src/wire/index.ts";

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
    return new TestAuthority(await createAuthority(cluster, validity, systemRandom));
  }

  readonly pair: KeyPair;

  private constructor(pair: KeyPair) {
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

  /** What trusts this authority and has no certificate. */
  get trust(): TlsMaterial {
    return { ca: Buffer.from(this.pair.cert) };
  }
}

/** A certificate, trusting an authority that need not be its own. */
export const materialOf = (trusted: TestAuthority, { cert, key }: KeyPair): TlsMaterial => ({
  ...trusted.trust,
  identity: { cert: Buffer.from(cert), key: Buffer.from(key) },
});

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
