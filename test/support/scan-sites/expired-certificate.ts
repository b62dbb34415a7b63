import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyPair } from "../certificate.ts";
import { tempDir } from "../temp-dir.ts";

/** A certificate that openssl signs with its own key, and that ended yesterday. */
export const expiredKeyPair = (subject: string): KeyPair => {
  const folder = tempDir("expired-certificate");
  const [key, request, cert] = ["key.pem", "request.pem", "cert.pem"].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  const openssl = (...words: readonly string[]): void => void execFileSync("openssl", words, { stdio: "ignore" });
  try {
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request, "-subj", subject);
    openssl("x509", "-req", "-in", request, "-signkey", key, "-days", "-1", "-out", cert);
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } finally {
    folder.remove();
  }
};
