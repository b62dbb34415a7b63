import { isIP } from "node:net";
import { z } from "zod";
import { read } from "../values.ts";

const use = "use 10.0.0.0/8 or 10.0.0.7";

/** What is wrong with a text that should be an address or a network. */
export const networkProblem = (written: string): string | undefined => {
  const [address = "", bits, ...more] = written.split("/");
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
  return family !== 0 && fits && more.length === 0 ? undefined : `no address or network: ${use}`;
};

export const network = read(networkProblem);

export const networks = z
  .array(network, { error: "use a list of addresses and networks" })
  .max(256, { error: "use at most 256 networks" })
  .readonly();
