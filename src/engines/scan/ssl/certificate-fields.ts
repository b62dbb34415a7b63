import { createHash } from "node:crypto";
import { rootCertificates } from "node:tls";
import type { Certificate } from "./certificate.ts";
import { type Field, timeField } from "./field.ts";

/** The fields of tlsx about one certificate, in its order. Whether it is revoked is never asked: that would contact others. */
export const certificateFields = (
  certificate: Certificate,
  chain: readonly Certificate[],
  host: string,
  nowMs: number,
): readonly Field[] => {
  const { raw, serial, issuer, subject, notBeforeMs, notAfterMs, dnsNames, emails } = certificate;
  const names = [subject.commonName, ...dnsNames];
  const domains = [...dnsNames, ...(subject.commonName === "" ? [] : [subject.commonName])];
  const hash = (algorithm: string): string => createHash(algorithm).update(raw).digest("hex");
  return [
    { key: "expired", value: Math.round((nowMs - notAfterMs) / 1000) > 0 },
    { key: "self_signed", value: isSelfSigned(certificate) },
    { key: "mismatched", value: !names.some((name) => covers(name, host)) },
    { key: "untrusted", value: chain.some(isUntrustedAuthority) },
    timeField("not_before", notBeforeMs),
    timeField("not_after", notAfterMs),
    { key: "subject_dn", value: subject.text },
    { key: "subject_cn", value: subject.commonName },
    { key: "subject_org", value: subject.organizations },
    { key: "subject_an", value: dnsNames },
    { key: "domains", value: [...new Set(domains.map((name) => name.replace(/^\*\./, "")))] },
    { key: "serial", value: serialText(serial) },
    { key: "issuer_dn", value: issuer.text },
    { key: "issuer_cn", value: issuer.commonName },
    { key: "issuer_org", value: issuer.organizations },
    { key: "emails", value: emails },
    { key: "fingerprint_hash", value: { md5: hash("md5"), sha1: hash("sha1"), sha256: hash("sha256") } },
    { key: "wildcard_certificate", value: names.some((name) => name.includes("*.")) },
  ];
};

const serialText = (serial: Buffer): string =>
  serial
    .toString("hex")
    .toUpperCase()
    .replaceAll(/..(?!$)/g, "$&:");

/** As tlsx decides it: nobody else is named as the one who signed. */
const isSelfSigned = ({ authorityKeyId, subjectKeyId }: Certificate): boolean =>
  authorityKeyId.length === 0 || authorityKeyId.equals(subjectKeyId);

let roots: ReadonlySet<string> | undefined;

const isRoot = ({ raw }: Certificate): boolean => {
  roots ??= new Set(rootCertificates.map((pem) => pem.replaceAll(/-----[^-]*-----|\s/g, "")));
  return roots.has(raw.toString("base64"));
};

const isUntrustedAuthority = (certificate: Certificate): boolean =>
  certificate.isAuthority && isSelfSigned(certificate) && !isRoot(certificate);

/** Whether a name of a certificate, with or without a wildcard, is one of the host. */
const covers = (name: string, host: string): boolean => {
  if (!name.includes("*")) return name.toLowerCase() === host.toLowerCase();
  const [nameFirst = "", ...nameRest] = name.split(".");
  const [hostFirst = "", ...hostRest] = host.split(".");
  if (nameRest.join(".").toLowerCase() !== hostRest.join(".").toLowerCase()) return false;
  const [before = "", after] = nameFirst.split("*");
  return after === undefined
    ? nameFirst.toLowerCase() === hostFirst.toLowerCase()
    : hostFirst.startsWith(before) && hostFirst.endsWith(after);
};
