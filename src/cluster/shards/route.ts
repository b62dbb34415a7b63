import { WireError, ByteReader, ByteWriter } from "../../wire/index.ts";
import type { NodeRef } from "../links/index.ts";

/** What travels with a message to a shard. */
export interface Route {
  readonly shard: number;
  /** The life of the node on which it was sent. */
  readonly origin: NodeRef;
  /** Counts the ways that the origin has taken to this shard, one after the other. */
  readonly way: number;
  /** The place of the message among all that the origin sends to this shard. */
  readonly sequence: number;
  /** Version of the table of members by which the owner was chosen; on the way back: of the node that sends it back. */
  readonly version: number;
  /** How often it came back so far. */
  readonly returns: number;
  /**
   * Present on the way back: everything of the origin that was sent by this or an older version of the table, and has not been handed to
   * the actor before, comes back too.
   */
  readonly refusedTo: number | undefined;
}

/** A message on its way, as the router of a kind gets and sends it. */
export interface Routed {
  readonly route: Route;
  /** Without its way to answer, which is made anew where it arrives. Empty for what routers tell each other. */
  readonly message: object;
}

const field = {
  shard: 1,
  node: 2,
  incarnation: 3,
  way: 4,
  sequence: 5,
  version: 6,
  returns: 7,
  refusedTo: 8,
  message: 9,
} as const;

const slabBytes = 65_536;
const longestName = 64;
const writer = new ByteWriter(slabBytes);
const reader = new ByteReader();

/** A protobuf message: the route as the fields 1 to 8, and the message's own bytes as the field 9. */
export const encodeRouted = (route: Route, message: Uint8Array): Buffer => {
  writer.uint(field.shard, route.shard);
  writer.text(field.node, route.origin.node);
  writer.text(field.incarnation, route.origin.incarnation);
  writer.uint(field.way, route.way);
  writer.uint(field.sequence, route.sequence);
  writer.uint(field.version, route.version);
  if (route.returns > 0) writer.uint(field.returns, route.returns);
  // One more, so that 0 is told from none.
  if (route.refusedTo !== undefined) writer.uint(field.refusedTo, route.refusedTo + 1);
  writer.bytes(field.message, message);
  return writer.take();
};

/** @throws WireError `malformed` */
export const decodeRouted = (
  bytes: Uint8Array,
  shards: number,
): { readonly route: Route; readonly message: Uint8Array } => {
  let [shard, way, sequence, version, returns, refused] = [0, 0, 0, 0, 0, 0];
  let [node, incarnation] = ["", ""];
  let message: Uint8Array | undefined;
  reader.read(bytes);
  for (let next = reader.next(); next !== 0; next = reader.next()) {
    if (next === field.shard) shard = reader.uint();
    else if (next === field.node) node = reader.text(longestName);
    else if (next === field.incarnation) incarnation = reader.text(longestName);
    else if (next === field.way) way = reader.uint();
    else if (next === field.sequence) sequence = reader.uint();
    else if (next === field.version) version = reader.uint();
    else if (next === field.returns) returns = reader.uint();
    else if (next === field.refusedTo) refused = reader.uint();
    else if (next === field.message) message = reader.bytes();
    else reader.skip();
  }
  if (message === undefined || node === "" || incarnation === "" || shard >= shards) {
    throw new WireError("malformed", "not a message to a shard of this kind");
  }
  const refusedTo = refused === 0 ? undefined : refused - 1;
  return { route: { shard, origin: { node, incarnation }, way, sequence, version, returns, refusedTo }, message };
};
