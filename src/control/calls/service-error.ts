import { Metadata, status, type StatusObject } from "@grpc/grpc-js";
import { detailKeys, statusName } from "../../wire/index.ts";
import type { CallFailure } from "./call-failure.ts";

const mostCharacters = 1_000;

/** Text that grpc-js can send: no half characters, of bounded length. */
const sendable = (text: string): string => Buffer.from(text.slice(0, mostCharacters), "utf8").toString("utf8");

/** A failure as grpc-js takes it: status, text, and what programs decide by in the trailing metadata. */
export const serviceError = ({ code, reason, message, retryable, retryAfterMs }: CallFailure): StatusObject => {
  const metadata = new Metadata();
  metadata.set(detailKeys.reason, reason);
  metadata.set(detailKeys.retryable, String(retryable));
  if (retryAfterMs !== undefined) metadata.set(detailKeys.retryAfterMs, String(retryAfterMs));
  return { code: status[statusName(code)], details: sendable(message), metadata };
};
