import { FailureError } from "../http/failure.ts";
import { parseEndpoint } from "../net/endpoint.ts";
import { Fields } from "../net/fields.ts";
import type { Endpoint } from "../net/reach.ts";
import { carriedOobUrls, requestValues, type RequestValues } from "../net/request-values.ts";
import { endpointText } from "../net/sockets.ts";
import { attempt } from "../net/tell-failure.ts";
import { renderOne } from "../net/texts.ts";
import type { BlockRun } from "../run/block-run.ts";
import { endpointValues } from "../target/endpoint-values.ts";
import { bytesOf, textOf, type Value } from "../value/value.ts";
import { parseCertificate } from "./certificate.ts";
import { certificateFields } from "./certificate-fields.ts";
import { supportedCiphers, supportedVersions } from "./enumerate.ts";
import { type Field, jsonText, present, timeField, valueOf } from "./field.ts";
import { type Handshake, shakeHands, shakeHandsInSsl3 } from "./handshake.ts";
import type { SslPlan } from "./plan.ts";

const defaultPort = 443;
const aliases = { "": "response", body: "response", all: "response" };

/** Makes the handshakes of a block with its address and has what they told judged. */
export const runHandshake = async (plan: SslPlan, run: BlockRun): Promise<void> => {
  const { tally } = run;
  const prepared = await attempt(tally, `tls://${plan.address.source}`, () => prepare(plan, run));
  if (prepared === undefined) return;
  const { endpoint, values, place } = prepared;
  const url = `tls://${place}`;
  await run.admit({ url, host: endpointText(endpoint) });
  const answered = await attempt(tally, url, () => answerOf(plan, endpoint, run));
  carriedOobUrls(run, values, []);
  if (answered === undefined) return;
  tally.sent();
  const { fields, ip } = answered;
  const response = jsonText(fields);
  const data = new Map<string, Value>([
    ["type", "ssl"],
    ["matched", bytesOf(place)],
    ["response", response],
    ...fields.map((field): [string, Value] => [field.key, valueOf(field)]),
  ]);
  await run.judge({
    data: new Fields(data, aliases),
    scope: values.scope,
    place: {
      type: "ssl",
      host: endpointText(endpoint),
      port: String(endpoint.port),
      scheme: "tls",
      matchedAt: place,
      ...(ip === undefined ? {} : { ip }),
    },
    request: () => "",
    response: (maxBytes) => response.slice(0, maxBytes),
    payloads: {},
    identity: ["ssl", endpointText(endpoint), plan.options.minVersion ?? "", plan.options.maxVersion ?? ""],
    oobUrls: [],
  });
};

interface Prepared {
  readonly endpoint: Endpoint;
  readonly place: string;
  readonly values: RequestValues;
}

const prepare = async ({ address }: SslPlan, run: BlockRun): Promise<Prepared> => {
  const { host = "", port = defaultPort } = run.target;
  const values = await requestValues(run, endpointValues(host, port), {}, host);
  const place = textOf(await renderOne(address, values.scope, run.dsl));
  const endpoint = parseEndpoint(place);
  run.sockets.check(endpoint);
  return { endpoint, place, values };
};

interface Answered {
  readonly fields: readonly Field[];
  readonly ip: string | undefined;
}

const answerOf = async (plan: SslPlan, endpoint: Endpoint, run: BlockRun): Promise<Answered> => {
  const handshake = await (plan.ssl3 ? shakeHandsInSsl3(endpoint, run) : shakeHands(endpoint, plan.options, run));
  const versions = plan.versions ? await supportedVersions(endpoint, handshake.version, run) : [];
  const ciphers = plan.ciphers === undefined ? [] : await supportedCiphers(endpoint, versions, plan.ciphers, run);
  const { hostname, port } = endpoint;
  const nowMs = run.services.clock.wallMs();
  return {
    ip: handshake.ip,
    fields: [
      ...present([
        timeField("timestamp", nowMs),
        { key: "host", value: hostname },
        { key: "ip", value: handshake.ip ?? "" },
        { key: "port", value: String(port) },
        { key: "probe_status", value: true },
        { key: "tls_version", value: handshake.version },
        { key: "cipher", value: handshake.cipher },
        ...ofCertificates(handshake, hostname, nowMs),
        { key: "tls_connection", value: plan.mode === "auto" ? "ctls" : plan.mode },
        { key: "sni", value: hostname },
        { key: "version_enum", value: versions },
        {
          key: "cipher_enum",
          value: ciphers.map(({ version, ciphers: byLevel }) => ({ version, ciphers: { ...byLevel } })),
        },
      ]),
      // Of TLS 1.3 it is not known until something is read.
      ...(handshake.version === "tls13" ? [] : [{ key: "client_cert_required", value: handshake.wantsCertificate }]),
    ],
  };
};

const ofCertificates = ({ certificates }: Handshake, hostname: string, nowMs: number): readonly Field[] => {
  try {
    const [leaf, ...chain] = certificates.map(parseCertificate);
    return leaf === undefined ? [] : certificateFields(leaf, chain, hostname, nowMs);
  } catch (thrown) {
    throw new FailureError("tls", thrown instanceof Error ? thrown.message : String(thrown));
  }
};
