import { z } from "zod";
import { garrison } from "#gen/garrison.js";
import { codecOf } from "../bytes/codec.ts";
import { text, uint32, uint64 } from "../bytes/fields.ts";

const { v1 } = garrison;

const nodeName = z.string("is missing").min(1).max(64);
const incarnation = z.string("is missing").min(1).max(64);

const hello = z.object({
  protocolVersion: uint32(),
  cluster: text(256),
  fromNode: nodeName,
  fromIncarnation: incarnation,
  toNode: nodeName,
  toIncarnation: incarnation,
  epoch: uint64(),
  settingsDigest: text(64),
  firstHeld: uint64(),
});

const welcome = z.object({
  incarnation,
  handled: uint64(),
  windowBytes: uint32(),
});

const refuse = z.object({
  reason: text(64),
  message: text(1_000),
});

/** How a link begins: who sends, whom it means, and what it goes on from. */
export type LinkHello = z.infer<typeof hello>;

export type LinkWelcome = z.infer<typeof welcome>;

export type LinkRefuse = z.infer<typeof refuse>;

export const helloCodec = codecOf("LinkHello", v1.LinkHello, hello);
export const welcomeCodec = codecOf("LinkWelcome", v1.LinkWelcome, welcome);
export const refuseCodec = codecOf("LinkRefuse", v1.LinkRefuse, refuse);
