import type { ActionContext, Json, SecurityEvent } from "garrison/playbook";

/** What the playbooks of the demo act on: something of a host, below the address that the event came with. */
export interface Order {
  /** Address of the console that takes orders. */
  readonly api: string;
  readonly path: string;
}

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

/** An order about the host of an event, such as `/isolations/pc-1`. */
export const orderAbout = ({ data }: SecurityEvent, collection: string): Order => ({
  api: textOf(data["api"]),
  path: `/${collection}/${encodeURIComponent(textOf(data["host"]))}`,
});

/** Gives an order. @throws Error when it is not taken */
export const send = async (
  method: "POST" | "PUT",
  { api, path }: Order,
  { idempotencyKey, signal }: ActionContext,
): Promise<number> => {
  const response = await fetch(new URL(path, api), { method, signal, headers: { "idempotency-key": idempotencyKey } });
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}`);
  return response.status;
};

/** Says how something is to be: saying it twice is as good as saying it once. */
export const put = {
  idempotent: true,
  run: (order: Order, context: ActionContext): Promise<number> => send("PUT", order, context),
};

/** Makes something new: a second time it would be there twice. */
export const post = {
  run: (order: Order, context: ActionContext): Promise<number> => send("POST", order, context),
};
