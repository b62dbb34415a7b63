import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** A certificate that openssl signs with its own key, good for two days. */
export const selfSigned = (subject: string, names: string): KeyPair => {
  const folder = mkdtempSync(join(tmpdir(), "garrison-certificate-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  try {
    execFileSync(
      "openssl",
      // prettier-ignore
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-subj", subject,
        "-addext", `subjectAltName=${names}`, "-days", "2"],
      { stdio: "ignore" },
    );
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

let local: KeyPair | undefined;

/** One for localhost, made once. */
export const localKeyPair = (): KeyPair =>
  (local ??= selfSigned("/C=AT/O=Garrison/CN=localhost", "DNS:localhost,DNS:*.garrison.test,IP:127.0.0.1"));
