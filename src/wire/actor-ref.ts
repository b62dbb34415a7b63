import { z } from "zod";
import { garrison } from "#gen/garrison.js";
import { codecOf } from "./bytes/codec.ts";
import { text, uint64 } from "./bytes/fields.ts";

const actorRef = z.object({
  node: z.string("is missing").min(1).max(64),
  /** Empty: whichever life of the node is a member. */
  nodeIncarnation: text(64),
  path: z.string("is missing").max(1_000).regex(/^\//, "the path of an actor begins with /"),
  /** 0: whoever is at the path. */
  incarnation: uint64(),
});

/** The address of an actor as it travels inside a message. */
export type ActorRef = Readonly<z.infer<typeof actorRef>>;

export const actorRefCodec = codecOf("ActorRef", garrison.v1.ActorRef, actorRef);
