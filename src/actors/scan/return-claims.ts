import type { Context } from "../../kernel/index.ts";
import type { Space } from "../../store/index.ts";
import type { HeldClaims } from "./held-claims.ts";
import { attempt } from "./store-calls.ts";

/** At an ordered end, so that nobody has to wait for the claims to run out. One commit each: one that was lost spoils no other. */
export const returnClaims = async (
  space: Space,
  held: HeldClaims<unknown>,
  context: Pick<Context<never>, "log">,
): Promise<void> => {
  await Promise.all(
    held
      .entries()
      .map(({ claim }) =>
        attempt(context, "return", () => space.commit(undefined, [{ type: "release", claim, reason: "returned" }])),
      ),
  );
};
