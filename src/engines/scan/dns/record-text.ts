import type { Answer } from "dns-packet";
import ipaddr from "ipaddr.js";
import { bytesOf } from "../value/value.ts";

/** Name, time to live, class and type of a record, each followed by a tab: what comes before its data. */
const recordHeader = (record: Answer): string => {
  if (record.type === "OPT") return "";
  const { name, ttl, class: asked, type } = record as { name: string; ttl?: number; class?: string; type: string };
  return `${nameText(name)}\t${ttl ?? 0}\t${classText(asked ?? "IN")}\t${typeText(type)}\t`;
};

/** A record as miekg/dns prints it, as a byte string: nuclei's templates match on that. */
export const recordText = (record: Answer): string =>
  record.type === "OPT" ? optText(record) : recordHeader(record) + recordData(record);

/** UNKNOWN_254 as the library says, NONE as the other one does. */
export const classText = (name: string): string => {
  if (name === "UNKNOWN_254") return "NONE";
  return name.replace(/^UNKNOWN_/, "CLASS");
};

export const typeText = (name: string): string => name.replace(/^UNKNOWN_/, "TYPE");

const specialInName = /[ '@;()"\\]/g;
const notPrintable = /[^\x20-\x7e]/g;

const decimal = (character: string): string => `\\${String(character.charCodeAt(0)).padStart(3, "0")}`;

/** A name with the root's dot. */
export const nameText = (name: string): string =>
  name === "." || name === ""
    ? "."
    : `${bytesOf(name).replaceAll(specialInName, "\\$&").replaceAll(notPrintable, decimal)}.`;

const quoted = (bytes: string): string => `"${bytes.replaceAll(/["\\]/g, "\\$&").replaceAll(notPrintable, decimal)}"`;

const latin1 = (text: string | Buffer): string => (typeof text === "string" ? bytesOf(text) : text.toString("latin1"));

const hex = (bytes: Buffer): string => bytes.toString("hex");

/** What stands after the header. */
export const recordData = (record: Answer): string => {
  switch (record.type) {
    case "A":
      return record.data;
    case "AAAA":
      return sixText(record.data);
    case "NS":
    case "CNAME":
    case "PTR":
    case "DNAME":
      return nameText(record.data);
    case "MX":
      return `${record.data.preference ?? 0} ${nameText(record.data.exchange)}`;
    case "TXT": {
      const { data } = record;
      return (Array.isArray(data) ? data : [data]).map((text) => quoted(latin1(text))).join(" ");
    }
    case "SOA": {
      const { mname, rname, serial = 0, refresh = 0, retry = 0, expire = 0, minimum = 0 } = record.data;
      return [nameText(mname), nameText(rname), serial, refresh, retry, expire, minimum].join(" ");
    }
    case "SRV": {
      const { priority = 0, weight = 0, port, target } = record.data;
      return [priority, weight, port, nameText(target)].join(" ");
    }
    case "CAA":
      return [record.data.flags ?? 0, bytesOf(record.data.tag), quoted(bytesOf(record.data.value))].join(" ");
    case "DS": {
      const { keyTag, algorithm, digestType, digest } = record.data;
      return [keyTag, algorithm, digestType, hex(digest).toUpperCase()].join(" ");
    }
    case "TLSA": {
      const { usage, selector, matchingType, certificate } = record.data;
      return [usage, selector, matchingType, hex(certificate)].join(" ");
    }
    case "DNSKEY":
      return [record.data.flags, 3, record.data.algorithm, record.data.key.toString("base64")].join(" ");
    case "RRSIG": {
      const { typeCovered, algorithm, labels, originalTTL, expiration, inception, keyTag, signersName, signature } =
        record.data;
      const times = [expiration, inception].map(dayAndTime);
      const signer = nameText(signersName);
      return [
        typeText(typeCovered),
        algorithm,
        labels,
        originalTTL,
        ...times,
        keyTag,
        signer,
        signature.toString("base64"),
      ].join(" ");
    }
    case "NSEC":
      return [nameText(record.data.nextDomain), ...record.data.rrtypes.map(typeText)].join(" ");
    case "HINFO":
      return `${quoted(bytesOf(record.data.cpu))} ${quoted(bytesOf(record.data.os))}`;
    case "RP":
      return `${nameText(record.data.mbox)} ${nameText(record.data.txt)}`;
    case "NAPTR": {
      const { order, preference, flags, services, regexp, replacement } = record.data;
      const texts = [flags, services, regexp].map((text) => quoted(bytesOf(text)));
      return [order, preference, ...texts, nameText(replacement)].join(" ");
    }
    case "SSHFP":
      return [record.data.algorithm, record.data.hash, record.data.fingerprint.toUpperCase()].join(" ");
    case "NSEC3": {
      const { algorithm, flags, iterations, salt, nextDomain, rrtypes } = record.data;
      const owner = base32(nextDomain);
      return [algorithm, flags, iterations, hex(salt).toUpperCase() || "-", owner, ...rrtypes.map(typeText)].join(" ");
    }
    case "OPT":
      return "";
    case "AFSDB":
    case "APL":
    case "AXFR":
    case "CDNSKEY":
    case "CDS":
    case "CERT":
    case "DHCID":
    case "DLV":
    case "HIP":
    case "IPSECKEY":
    case "IXFR":
    case "KEY":
    case "KX":
    case "LOC":
    case "NSEC3PARAM":
    case "NULL":
    case "SIG":
    case "TA":
    case "TKEY":
    case "TSIG":
    case "URI":
      return unknownData(record.data);
    default:
      return unknownData((record as { readonly data?: unknown }).data);
  }
};

const digits32 = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

/** Base 32 with the extended hex alphabet, without padding. */
const base32 = (bytes: Buffer): string => {
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  return (bits.match(/.{1,5}/g) ?? []).map((five) => digits32.charAt(parseInt(five.padEnd(5, "0"), 2))).join("");
};

/** Data of a type that is not known, as RFC 3597 writes it. */
const unknownData = (data: unknown): string => (Buffer.isBuffer(data) ? `\\# ${data.length} ${hex(data)}` : "\\# 0");

/** Go's form of an IPv6 address: one that carries an IPv4 address is shown with it. */
const sixText = (text: string): string => {
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? `::ffff:${address.toIPv4Address().toString()}` : address.toRFC5952String();
};

/** Seconds since 1970 as YYYYMMDDHHMMSS. */
const dayAndTime = (seconds: number): string => new Date(seconds * 1000).toISOString().replaceAll(/[-:T]|\..*/g, "");

const optText = (record: Answer & { readonly type: "OPT" }): string => {
  const {
    ednsVersion,
    flag_do: wantsSignatures,
    udpPayloadSize,
  } = record as {
    ednsVersion?: number;
    flag_do?: boolean;
    udpPayloadSize?: number;
  };
  const flags = wantsSignatures === true ? "flags: do; " : "flags:; ";
  return `\n;; OPT PSEUDOSECTION:\n; EDNS: version ${ednsVersion ?? 0}; ${flags}udp: ${udpPayloadSize ?? 0}`;
};
