import { z } from "zod";
import { roles, type Role } from "./role.ts";

/** How a caller showed who it is. */
const credentials = ["token", "certificate", "socket"] as const;

/** Who makes a call of the control plane. */
export interface Caller {
  /** Of its token in the config, or in its certificate; see `callerNameShape`. */
  readonly name: string;
  readonly role: Role;
  /** `socket`: it could open a socket that is for programs of this host alone. */
  readonly by: (typeof credentials)[number];
}

/** Names of callers: 1 … 63 characters that need no quoting in a header, a URI or a table. */
export const callerNameShape = /^[A-Za-z0-9](?:[A-Za-z0-9._@-]{0,62})$/;

const caller = z.tuple([z.enum(roles), z.enum(credentials), z.string().regex(callerNameShape)]);

/** A caller as one header value: `viewer token dashboard`. */
export const formatCaller = ({ name, role, by }: Caller): string => `${role} ${by} ${name}`;

/** What `formatCaller` wrote; undefined for everything else. */
export const parseCaller = (text: string): Caller | undefined => {
  if (text.length > 100) return undefined;
  const { data } = caller.safeParse(text.split(" "));
  if (data === undefined) return undefined;
  const [role, by, name] = data;
  return { name, role, by };
};
