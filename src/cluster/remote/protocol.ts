import type { ReplyTo } from "../../kernel/index.ts";
import type { Codec } from "../../wire/index.ts";

declare const understood: unique symbol;

/** A message that can cross nodes: its `type` says which codec it takes. */
export interface RemoteMessage {
  readonly type: string;
}

/** What of a message is encoded: its type travels as a number, and the way to answer is made anew at the receiver. */
export type RemoteFields<Message> = Omit<Message, "type" | "replyTo">;

/** How one type of message travels. */
export interface MessageForm<Fields> {
  readonly id: number;
  readonly fields: Codec<Fields>;
  readonly reply: undefined;
}

/** How one type of message travels that is answered. */
export interface AskingForm<Fields, Reply> {
  readonly id: number;
  readonly fields: Codec<Fields>;
  readonly reply: Codec<Reply>;
}

type FormOf<Message> = Message extends { readonly replyTo: ReplyTo<infer Reply> }
  ? AskingForm<RemoteFields<Message>, Reply>
  : MessageForm<RemoteFields<Message>>;

/** Of every type of message of a protocol. */
export type RemoteForms<Message extends RemoteMessage> = {
  readonly [Type in Message["type"]]: FormOf<Extract<Message, { readonly type: Type }>>;
};

/** One type of message, after the compiler has tied its codecs to it. */
export interface RemoteForm {
  readonly type: string;
  readonly id: number;
  readonly fields: Codec<object>;
  /** `undefined`: it is told, not asked. */
  readonly reply: Codec<unknown> | undefined;
}

/** What may be sent to an actor from other nodes. */
export interface RemoteProtocol<in Message> {
  /** Ties the protocol to its messages; never present at run time. */
  readonly [understood]?: (message: Message) => void;
  /** The same on all nodes. */
  readonly name: string;
  readonly byType: ReadonlyMap<string, RemoteForm>;
  readonly byId: ReadonlyMap<number, RemoteForm>;
}

/** @param id stands for the type on the wire: 1 … 4,095, never used for another type again */
export const message = <Fields>(id: number, fields: Codec<Fields>): MessageForm<Fields> => ({
  id,
  fields,
  reply: undefined,
});

/** As `message`, for one that carries a way to answer, and is therefore only asked. */
export const asking = <Fields, Reply>(
  id: number,
  fields: Codec<Fields>,
  reply: Codec<Reply>,
): AskingForm<Fields, Reply> => ({ id, fields, reply });

const nameShape = /^[a-z][a-z0-9.-]{0,63}$/;
const largestId = 4_095;

/**
 * Describes what may be sent to an actor from other nodes; a plain value, the same on all of them.
 *
 * @throws RangeError for a name or a number out of bounds, or a number that is there twice
 */
export const remoteProtocol = <Message extends RemoteMessage>(definition: {
  readonly name: string;
  readonly messages: RemoteForms<Message>;
}): RemoteProtocol<Message> => {
  const { name } = definition;
  if (!nameShape.test(name)) throw new RangeError(`the name of a protocol is such as "scan.probes", not "${name}"`);
  const byType = new Map<string, RemoteForm>();
  const byId = new Map<number, RemoteForm>();
  // What ties codecs to messages was checked by the compiler; from here on a form is looked up by what comes in.
  const forms = definition.messages as Readonly<Record<string, Omit<RemoteForm, "type">>>;
  for (const [type, { id, fields, reply }] of Object.entries(forms)) {
    if (!Number.isInteger(id) || id < 1 || id > largestId || byId.has(id)) {
      throw new RangeError(`${name}: "${type}" needs a number of its own from 1 to ${largestId}, not ${id}`);
    }
    const form: RemoteForm = { type, id, fields, reply };
    byType.set(type, form);
    byId.set(id, form);
  }
  return { name, byType, byId };
};
