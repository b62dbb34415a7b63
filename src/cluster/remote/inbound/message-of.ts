import type { ReplyTo } from "../../../kernel/index.ts";

interface Told {
  type: string;
}

interface Asked extends Told {
  replyTo: ReplyTo<unknown>;
}

/**
 * The message with these fields. Fields come last, as V8 copies them forty times as fast then; the type is set again, since a codec may
 * let a field of that name through.
 */
export const toldMessage = (type: string, fields: object): object => {
  const message: Told = { type, ...fields };
  message.type = type;
  return message;
};

/** As `toldMessage`, with the way to answer. */
export const askedMessage = (type: string, replyTo: ReplyTo<unknown>, fields: object): object => {
  const message: Asked = { type, replyTo, ...fields };
  message.type = type;
  message.replyTo = replyTo;
  return message;
};
