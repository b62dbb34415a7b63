import type { z } from "zod";
import { asError } from "../../base/errors.ts";
import { WireError } from "../errors.ts";

/** Between a message and its bytes. */
export interface Codec<Value> {
  readonly encode: (value: Value) => Buffer;
  /** @throws WireError `malformed` or `invalid` */
  readonly decode: (bytes: Uint8Array) => Value;
}

type Fields = Readonly<Record<string, unknown>>;

/** What pbjs generates for a message, as far as it is used here. */
export interface GeneratedType<Message> {
  decode(bytes: Uint8Array): Message;
  encode(message: Message): { finish(): Uint8Array };
  fromObject(fields: Fields): Message;
  toObject(message: Message, options: Fields): Fields;
}

/** 64-bit numbers come as text, because a double holds them only up to 2^53. Absent scalars stay absent: the schema knows the default. */
const plain = { longs: String, enums: String, arrays: true, objects: true } as const;

const fieldsOf = <Message>(name: string, generated: GeneratedType<Message>, bytes: Uint8Array): Fields => {
  try {
    return generated.toObject(generated.decode(bytes), plain);
  } catch (error) {
    throw new WireError("malformed", `not a ${name}: ${asError(error).message}`, { cause: error });
  }
};

const describe = (issue: z.core.$ZodIssue): string =>
  issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;

/**
 * The codec of one message. Its schema states the bounds of every field, and is asked whenever one comes in.
 *
 * @param toFields what the generated type takes; needed where names differ, such as enums
 */
export const codecOf = <Message, Value extends object>(
  name: string,
  generated: GeneratedType<Message>,
  schema: z.ZodType<Value>,
  toFields: (value: Value) => object = (value) => value,
): Codec<Value> => ({
  encode: (value) => Buffer.from(generated.encode(generated.fromObject({ ...toFields(value) })).finish()),
  decode: (bytes) => {
    const parsed = schema.safeParse(fieldsOf(name, generated, bytes));
    if (parsed.success) return parsed.data;
    const said = parsed.error.issues.slice(0, 10).map(describe).join("; ");
    throw new WireError("invalid", `${name}: ${said}`);
  },
});
