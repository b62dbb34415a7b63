import { type ActionContext, definePlaybook, type Json } from "garrison/playbook";
import { hostFields, sourceAddressFields, textIn } from "./_field.ts";
import { below, callApi } from "./_http.ts";

interface Ticket {
  readonly title: string;
  readonly description: string;
  /** The same for the same event. */
  readonly reference: string;
}

/** Opens a ticket: `POST <ticket-api-url>/tickets`. Secrets: `ticket-api-url`, `ticket-api-token`. */
export default definePlaybook({
  title: "Open a ticket",
  secrets: ["ticket-api-url", "ticket-api-token"],
  actions: {
    open: {
      // Not every ticket system knows the idempotency key: when the outcome is unknown, a person looks for the reference.
      idempotent: false,
      timeoutMs: 30_000,
      run: (ticket: Ticket, context: ActionContext): Promise<Json> =>
        callApi(
          below(context.secret("ticket-api-url"), "tickets"),
          { method: "POST", token: context.secret("ticket-api-token"), body: { ...ticket } },
          context,
        ),
    },
  },
  onStart: async (event, run) => {
    const { id, source, kind } = event;
    const about = textIn(event, hostFields) ?? textIn(event, sourceAddressFields) ?? "an unknown host";
    return run.act("open", {
      title: `${kind}: ${about}`,
      description: JSON.stringify(event.data, null, 2).slice(0, 8_000),
      reference: `${source}/${id}`,
    });
  },
});
