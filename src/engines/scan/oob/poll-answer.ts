import { z } from "zod";
import { bytesOf } from "../value/value.ts";
import { idLength } from "./ids.ts";
import type { Interaction } from "./interaction.ts";
import type { SessionKeys } from "./keys.ts";

const mostItems = 10_000;
const texts = z
  .array(z.string())
  .max(mostItems)
  .nullish()
  .transform((list) => list ?? []);

/** What a server answers a poll with. `data` is encrypted, the other two lists are not. */
const answerSchema = z.object({
  data: texts,
  extra: texts,
  tlddata: texts,
  aes_key: z.string().max(4_096).nullish(),
  /** Not of the protocol: our own collaborator says how many it had to drop since the last poll. */
  dropped: z.number().int().nonnegative().nullish(),
});

const interactionSchema = z.object({
  protocol: z.string().max(64),
  "unique-id": z.string().max(1_024),
  "full-id": z.string().max(4_096).optional(),
  "raw-request": z.string().optional(),
  "raw-response": z.string().optional(),
  "remote-address": z.string().max(256).optional(),
  timestamp: z.string().max(64).optional(),
});

/** What a poll brought. */
export interface PollAnswer {
  readonly interactions: readonly Interaction[];
  /** Interactions that were sent to us and cannot be read. */
  readonly unreadable: number;
  /** Interactions that the server had no room for. */
  readonly dropped: number;
}

/**
 * Reads a poll's answer. Entries that cannot be read are counted, not thrown.
 *
 * @throws Error when the whole is no answer to a poll
 */
export const readPollAnswer = (body: string, keys: SessionKeys): PollAnswer => {
  const answer = answerSchema.parse(JSON.parse(body));
  const key = answer.aes_key ?? "";
  const read = [
    ...answer.data.filter((text) => text !== "").map((text) => decrypted(keys, key, text)),
    ...[...answer.extra, ...answer.tlddata].map(readInteraction),
  ];
  const interactions = read.filter((one) => one !== undefined);
  return { interactions, unreadable: read.length - interactions.length, dropped: answer.dropped ?? 0 };
};

const decrypted = (keys: SessionKeys, key: string, message: string): Interaction | undefined => {
  try {
    const [ctr, cfb] = keys.readings(key, message);
    return readInteraction(ctr.toString("utf8")) ?? readInteraction(cfb.toString("utf8"));
  } catch {
    return undefined;
  }
};

const readInteraction = (text: string): Interaction | undefined => {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { success, data } = interactionSchema.safeParse(content);
  if (!success) return undefined;
  const uniqueId = data["unique-id"].toLowerCase();
  const at = Date.parse(data.timestamp ?? "");
  return {
    protocol: data.protocol.toLowerCase(),
    // Of the main domain's own interactions it is a whole name.
    uniqueId: uniqueId.length === idLength ? uniqueId : "",
    fullId: bytesOf(data["full-id"] ?? data["unique-id"]),
    request: bytesOf(data["raw-request"] ?? ""),
    response: bytesOf(data["raw-response"] ?? ""),
    remoteAddress: bytesOf(data["remote-address"] ?? ""),
    at: Number.isNaN(at) ? 0 : at,
  };
};
