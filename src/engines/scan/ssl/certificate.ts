import { type Element, elements, oidText, stringText, tags, timeMs } from "./der.ts";

/** Who is named: the attributes in their order, and those that are asked for by themselves. */
export interface DistinguishedName {
  /** As zcrypto prints it: `C=US, O=Example, CN=example.com`. */
  readonly text: string;
  readonly commonName: string;
  readonly organizations: readonly string[];
}

/** What is read of an X.509 certificate. */
export interface Certificate {
  readonly raw: Buffer;
  /** Big-endian, without leading zeros. */
  readonly serial: Buffer;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly dnsNames: readonly string[];
  readonly emails: readonly string[];
  readonly authorityKeyId: Buffer;
  readonly subjectKeyId: Buffer;
  readonly isAuthority: boolean;
}

const attributeNames: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.4": "SN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "street",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.12": "title",
  "2.5.4.15": "businessCategory",
  "2.5.4.17": "postalCode",
  "2.5.4.42": "GN",
  "2.5.4.97": "organizationIdentifier",
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.25": "DC",
  "1.2.840.113549.1.9.1": "emailAddress",
  "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionLocality",
  "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionStateOrProvince",
  "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionCountry",
};

const extensionIds = {
  subjectKeyId: "2.5.29.14",
  alternativeNames: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyId: "2.5.29.35",
} as const;

const emailTag = 0x81;
const dnsTag = 0x82;
const keyIdTag = 0x80;
const versionTag = 0xa0;
const extensionsTag = 0xa3;

/** @throws Error for what is no certificate */
export const parseCertificate = (raw: Buffer): Certificate => {
  const [whole] = elements(raw);
  const [signed] = elements(contentOf(whole, tags.sequence));
  const fields = elements(contentOf(signed, tags.sequence));
  const [serial, , issuer, validity, subject] = fields[0]?.tag === versionTag ? fields.slice(1) : fields;
  const [notBefore, notAfter] = elements(contentOf(validity, tags.sequence));
  if (notBefore === undefined || notAfter === undefined) throw new Error("not a certificate: it has no validity");
  const extensions = readExtensions(fields.find(({ tag }) => tag === extensionsTag));
  const names = inSequence(extensions.get(extensionIds.alternativeNames));
  const named = (kind: number): readonly string[] =>
    names.flatMap(({ tag, content }) => (tag === kind ? [content.toString("latin1")] : []));
  return {
    raw,
    serial: withoutZeros(contentOf(serial, tags.integer)),
    issuer: readName(contentOf(issuer, tags.sequence)),
    subject: readName(contentOf(subject, tags.sequence)),
    notBeforeMs: timeMs(notBefore),
    notAfterMs: timeMs(notAfter),
    dnsNames: named(dnsTag),
    emails: named(emailTag),
    authorityKeyId:
      inSequence(extensions.get(extensionIds.authorityKeyId)).find(({ tag }) => tag === keyIdTag)?.content ?? none,
    subjectKeyId: elements(extensions.get(extensionIds.subjectKeyId) ?? none)[0]?.content ?? none,
    isAuthority: inSequence(extensions.get(extensionIds.basicConstraints)).some(
      ({ tag, content }) => tag === tags.boolean && content[0] !== 0,
    ),
  };
};

const none = Buffer.alloc(0);

const contentOf = (element: Element | undefined, tag: number): Buffer => {
  if (element?.tag === tag) return element.content;
  throw new Error("not a certificate: an element is missing or of another kind");
};

const inSequence = (bytes: Buffer | undefined): readonly Element[] =>
  bytes === undefined ? [] : elements(contentOf(elements(bytes)[0], tags.sequence));

const readExtensions = (element: Element | undefined): ReadonlyMap<string, Buffer> =>
  new Map(
    inSequence(element?.content).map((extension) => {
      const parts = elements(contentOf(extension, tags.sequence));
      return [oidText(contentOf(parts[0], tags.oid)), contentOf(parts.at(-1), tags.octets)];
    }),
  );

const readName = (content: Buffer): DistinguishedName => {
  const attributes = elements(content).flatMap(({ content: set }) => {
    // Of several in one set the first counts, as in zcrypto.
    const [type, value] = elements(contentOf(elements(set)[0], tags.sequence));
    if (type === undefined || value === undefined) return [];
    const id = oidText(contentOf(type, tags.oid));
    return [{ name: attributeNames[id] ?? id, value: stringText(value) }];
  });
  const valuesOf = (name: string): readonly string[] =>
    attributes.flatMap((attribute) => (attribute.name === name ? [attribute.value] : []));
  return {
    text: attributes.map(({ name, value }) => `${name}=${value}`).join(", "),
    commonName: valuesOf("CN").at(-1) ?? "",
    organizations: valuesOf("O"),
  };
};

const withoutZeros = (bytes: Buffer): Buffer => {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? none : bytes.subarray(first);
};
