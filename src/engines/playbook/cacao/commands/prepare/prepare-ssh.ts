import type { TextCommand } from "../../model/command.ts";
import type { CommandPlace } from "../../run/prepare.ts";
import { fill } from "../../variables/fill.ts";
import type { CommandAbout } from "../command-input.ts";
import { prepareAuthentication } from "./authentication.ts";
import { hostAddressOf, placeFailure } from "./host-address.ts";
import type { Prepared } from "./prepared.ts";

const usualPort = 22;
const types: readonly string[] = ["ssh", "linux", "net-address"];

/** A text for the shell of another machine. */
export const prepareSsh = (
  { command }: TextCommand,
  about: CommandAbout,
  { agent, target, authentication, scope }: CommandPlace,
): Prepared => {
  const place = target ?? agent;
  if (!types.includes(place.type)) throw placeFailure(place, `is none that ssh reaches: it takes ${types.join(", ")}`);
  if (authentication === undefined)
    throw placeFailure(place, "has no authentication_info: ssh takes one of type user-auth");
  const access = prepareAuthentication(authentication, ["user-auth"], scope);
  const { host, port = usualPort } = hostAddressOf(place, scope);
  return {
    by: "thread",
    input: { ...about, host, port, command: fill(command, scope, "shell"), authentication: access.type },
    withheld: { authentication: access },
    idempotent: false,
  };
};
