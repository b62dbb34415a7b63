import type { ReplyTo } from "../../kernel/index.ts";
import type { Codec } from "../../wire/index.ts";
import type { RemoteForm, RemoteProtocol } from "../remote/index.ts";
import { decodeRouted, encodeRouted, type Routed } from "./route.ts";

/** What routers tell each other beside the messages of the kind; no message of a protocol has a type with a slash from here. */
export const controls = {
  /** Answered with `passed` once everything before it has been handed over, sent back or given up. */
  barrier: "shards/barrier",
  passed: "shards/passed",
  /** An ask comes back: its origin still has the message. */
  returnedAsk: "shards/returned-ask",
} as const;

/** Above those that a protocol may give away. */
const controlIds = { barrier: 4_096, passed: 4_097, returnedAsk: 4_098 } as const;

/** A message to or from the router of a kind. */
export interface RouterMessage extends Routed {
  /** Of the message, or one of `controls`. */
  readonly type: string;
  /** Of an ask. */
  readonly replyTo?: ReplyTo<unknown>;
}

const nothing = Buffer.alloc(0);
const noFields: Codec<object> = { encode: () => nothing, decode: () => ({}) };

/** The protocol of a kind with the route before each message. */
export const routedProtocol = (protocol: RemoteProtocol<never>, shards: number): RemoteProtocol<RouterMessage> => {
  const forms = [...protocol.byId.values()].map((form) => ({ ...form, fields: routedFields(form, shards) }));
  // Coming back, what was asked is told, and only named.
  for (const [name, type] of Object.entries(controls)) {
    const id = controlIds[name as keyof typeof controls];
    const form: RemoteForm = { type, id, fields: noFields, reply: undefined };
    forms.push({ ...form, fields: routedFields(form, shards) });
  }
  return {
    name: `routed.${protocol.name}`,
    byType: new Map(forms.map((form) => [form.type, form])),
    byId: new Map(forms.map((form) => [form.id, form])),
  };
};

const routedFields = ({ type, fields }: RemoteForm, shards: number): Codec<object> => ({
  encode: (value) => {
    // Only routers send by this protocol.
    const { route, message } = value as Routed;
    return encodeRouted(route, fields.encode(message));
  },
  decode: (bytes) => {
    const { route, message } = decodeRouted(bytes, shards);
    return { route, message: { ...fields.decode(message), type } };
  },
});
