import pino from "pino";
import { ActorSystem } from "../../src/kernel/index.ts";

/** A system as in production, with a real logger at level info that writes to the null device. */
export const startSystem = (): ActorSystem =>
  new ActorSystem({ node: "bench", log: pino({ level: "info" }, pino.destination("/dev/null")) });
