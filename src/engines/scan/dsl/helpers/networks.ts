import { DslError } from "../error.ts";
import { formatAddress } from "../go/address-format.ts";
import { jarmOf } from "../jarm/jarm.ts";
import type { DslNetwork, DslSetup } from "../setup.ts";
import type { Arguments, Helper } from "./helper.ts";

const networkOf = (setup: DslSetup): DslNetwork => {
  if (setup.network !== undefined) return setup.network;
  throw new DslError("unavailable", "expressions may not open connections here");
};

const recordTypes: Readonly<Record<string, string>> = {
  "4": "A",
  a: "A",
  "6": "AAAA",
  aaaa: "AAAA",
  cname: "CNAME",
  ns: "NS",
  txt: "TXT",
  srv: "SRV",
  ptr: "PTR",
  mx: "MX",
  soa: "SOA",
  caa: "CAA",
};

const resolved = async (args: Arguments, setup: DslSetup): Promise<string> => {
  const type = recordTypes[args.count > 1 ? args.text(1).toLowerCase() : "a"];
  if (type === undefined) throw new DslError("wrong-argument", "argument 2 is no type of records");
  const [first] = await networkOf(setup).resolve(args.text(0), type);
  if (first === undefined) throw new DslError("unavailable", `there are no ${type} records`);
  return first;
};

const target = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/;

const fingerprint = async (args: Arguments, setup: DslSetup): Promise<string> => {
  const [, bracketed, plain, port] = target.exec(args.onlyText(0)) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) {
    throw new DslError("wrong-argument", "argument 1 must be host:port");
  }
  return jarmOf(host, Number(port), networkOf(setup), setup.random);
};

const formattedAddress = (args: Arguments): string => {
  const format = args.integer(1);
  if (format < 1 || format > 11) throw new DslError("wrong-argument", "argument 2 must be from 1 to 11");
  const text = formatAddress(args.text(0), format);
  if (text === undefined) throw new DslError("wrong-argument", "argument 1 has no such notation");
  return text;
};

/** Ports of the protocols that have templates of their own: not those of a network template. */
const knownPorts = new Set(["", "80", "443", "8080", "8081", "8443", "53"]);

/** Helpers about hosts and addresses. */
export const networkHelpers: Readonly<Record<string, Helper>> = {
  ip_format: {
    signature: "(address, format interface{}) string",
    note: "an IP address in another notation, from 1 to 11 (3 octal, 5 one number, 8 IPv6, …)",
    arity: [2, 2],
    run: formattedAddress,
  },
  resolve: {
    signature: '(host string, optionalType "a" | "aaaa" | "cname" | …) string',
    note: "the first DNS record; within the scope of the run",
    arity: [1, 2],
    isAsync: true,
    run: resolved,
  },
  jarm: {
    signature: "(target string) string",
    note: "the JARM fingerprint of the TLS server at host:port, by ten connections within the scope of the run",
    arity: [1, 1],
    isAsync: true,
    run: fingerprint,
  },
  getNetworkPort: {
    signature: "(port, default interface{}) string",
    note: "the port, or the default one where the port is that of a web or DNS server or is not known",
    arity: [2, 2],
    run: (args) => (knownPorts.has(args.text(0)) ? args.text(1) : args.text(0)),
  },
};
