import { X509Certificate } from "node:crypto";
import type { Command } from "commander";
import { asError } from "../../../base/errors.ts";
import { certifiedPeer } from "../../../wire/index.ts";
import { clusterOfAuthority } from "../../certificates/authority-name.ts";
import { readText } from "../../certificates/key-pair-files.ts";
import { jsonLine, terminalSafe } from "../../output/text/json-text.ts";
import { toStdout } from "../../output/stdout.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { UsageError } from "../../process/usage-error.ts";
import { type OnExit, type OutputFlags, withOutputFlags } from "../common-flags.ts";

/** What people ask of a certificate, in the order in which it is shown. Times are as ISO 8601. */
const factsOf = (certificate: X509Certificate) => ({
  holder: holderText(certificate),
  issuer: certificate.issuer.replaceAll("\n", ", "),
  serial: certificate.serialNumber.toLowerCase(),
  validFrom: new Date(certificate.validFrom).toISOString(),
  validUntil: new Date(certificate.validTo).toISOString(),
  names: certificate.subjectAltName ?? "",
  sha256: certificate.fingerprint256,
});

const holderText = ({ ca, subjectAltName, subject }: X509Certificate): string => {
  const cluster = ca ? clusterOfAuthority(subjectAltName) : undefined;
  if (cluster !== undefined) return `authority of cluster ${cluster}`;
  const peer = certifiedPeer({ subjectaltname: subjectAltName });
  if (peer === undefined) return subject.replaceAll("\n", ", ");
  return peer.type === "node"
    ? `node ${peer.id} of cluster ${peer.cluster}`
    : `client ${peer.name} of cluster ${peer.cluster}, ${peer.role}`;
};

const read = async (file: string): Promise<X509Certificate> => {
  const text = await readText(file);
  try {
    return new X509Certificate(text);
  } catch (error) {
    throw new UsageError(`${file} holds no certificate: ${asError(error).message}`, error);
  }
};

export const addCertShow = (cert: Command, onExit: OnExit): void => {
  withOutputFlags(
    cert
      .command("show")
      .description("say whose a certificate is, and how long it is good for")
      .argument("<file>", "PEM"),
    "one JSON object",
  ).action(async (file: string, flags: OutputFlags) => {
    const facts = factsOf(await read(file));
    const lines = Object.entries(facts).map(([name, value]) => `${terminalSafe(`${name.padEnd(10)} ${value}`)}\n`);
    await toStdout(flags.json === true ? jsonLine(facts) : lines.join(""));
    onExit(exitCodes.complete);
  });
};
