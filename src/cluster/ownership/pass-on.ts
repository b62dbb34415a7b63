import { asError } from "../../base/errors.ts";
import type { Address } from "../../kernel/index.ts";
import { unreachable } from "../../base/unreachable.ts";
import type { OwnerCommand } from "./owner-message.ts";

/** Hands a command on to those below. A question is answered when all of them have answered, and fails when one does. */
export const passOn = (command: OwnerCommand, below: readonly Address<OwnerCommand>[]): void => {
  switch (command.type) {
    case "standing":
    case "lost":
      for (const owner of below) owner.tell(command);
      return;
    case "hand-over": {
      const { replyTo } = command;
      const asked = below.map((owner) =>
        owner.ask<unknown>((answer) => ({ type: "hand-over", replyTo: answer }), replyTo.remainingMs()),
      );
      Promise.all(asked).then(
        () => replyTo.tell({ type: "handed-over" }),
        (thrown: unknown) => replyTo.fail(asError(thrown)),
      );
      return;
    }
    default:
      return unreachable(command);
  }
};
