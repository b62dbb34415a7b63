import { Client, credentials, Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { systemClock } from "../../../src/base/clock.ts";
import type { ChannelSecurity } from "../../../src/client/index.ts";

const pass = (bytes: Buffer): Buffer => bytes;

/** What a call made by hand came to. */
export interface RawOutcome {
  readonly status: string;
  readonly details: string;
  readonly reason: string | undefined;
  readonly bytes: Buffer;
}

/** Sends bytes to a method with any metadata: what Garrison's own client never would. */
export const rawCall = async (
  address: string,
  path: string,
  bytes: Buffer,
  headers: Readonly<Record<string, string>> = {},
  options: { readonly authority?: string; readonly maxSend?: number; readonly security?: ChannelSecurity } = {},
): Promise<RawOutcome> => {
  const client = new Client(address, options.security?.credentials ?? credentials.createInsecure(), {
    ...options.security?.options,
    "grpc.enable_http_proxy": 0,
    "grpc.use_local_subchannel_pool": 1,
    "grpc.max_send_message_length": options.maxSend ?? -1,
    ...(options.authority === undefined ? {} : { "grpc.default_authority": options.authority }),
  });
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const deadline = systemClock.wallMs() + 5_000;
  try {
    return await new Promise<RawOutcome>((resolve) => {
      client.makeUnaryRequest(path, pass, pass, bytes, metadata, { deadline }, (error, answer) =>
        resolve(error === null ? { ...fine, bytes: answer ?? Buffer.alloc(0) } : outcomeOf(error)),
      );
    });
  } finally {
    client.close();
  }
};

const fine: RawOutcome = { status: "OK", details: "", reason: undefined, bytes: Buffer.alloc(0) };

const outcomeOf = (error: ServiceError): RawOutcome => ({
  status: status[error.code],
  details: error.details,
  reason: error.metadata.get("garrison-reason")[0]?.toString(),
  bytes: Buffer.alloc(0),
});
