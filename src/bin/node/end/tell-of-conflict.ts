import { ClusterError, readTable } from "../../../cluster/index.ts";
import type { Space } from "../../../store/index.ts";
import type { OpenRemote } from "../open/open-remote.ts";

/**
 * Lets the member whose settings keep this node from joining know it, and throws the error on. The log of a running node is where people
 * look: one that cannot join may be started again and again by something that keeps no log.
 *
 * @param error why `joinCluster` rejected; anything but `settings-differ` is thrown on at once
 */
export const tellOfConflict = async (
  error: unknown,
  space: Space,
  { knock }: Pick<OpenRemote, "knock">,
): Promise<never> => {
  if (error instanceof ClusterError && error.code === "settings-differ") {
    const table = await readTable(space).catch(() => undefined);
    const member = table?.members.find(({ id }) => id === error.ids["node"]);
    if (member !== undefined) await knock(member);
  }
  throw error;
};
