import { X509Certificate } from "node:crypto";
import { asError } from "../../base/errors.ts";
import { unusable } from "./unusable.ts";

const mostCertificates = 64;
const certificateShape = /^-----BEGIN CERTIFICATE-----\r?$[^-]+^-----END CERTIFICATE-----\r?$/gm;
const beginning = "-----BEGIN CERTIFICATE-----";

/**
 * The certificates of a PEM text, 1 … 64, in their order.
 *
 * @param key the setting that the text comes from
 * @throws ControlError `tls-unusable`
 */
export const certificatesIn = (key: string, pem: Buffer): readonly X509Certificate[] => {
  const text = pem.toString("latin1");
  const texts = text.match(certificateShape) ?? [];
  // What is read here has to be what OpenSSL reads, which stops at a line that holds an end and a beginning.
  if (texts.length !== text.split(beginning).length - 1) {
    throw unusable(`${key} holds a certificate that is cut off, or follows another one without a line break`);
  }
  if (texts.length === 0 || texts.length > mostCertificates) {
    throw unusable(`${key} holds ${texts.length} certificates: 1 to ${mostCertificates} can be used`);
  }
  try {
    return texts.map((text) => new X509Certificate(text));
  } catch (error) {
    throw unusable(`${key} holds what is no certificate: ${asError(error).message}`, error);
  }
};
