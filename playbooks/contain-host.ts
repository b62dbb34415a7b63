import { type ActionContext, definePlaybook, type Json } from "garrison/playbook";
import { hostFields, textIn } from "./_field.ts";
import { below, callApi, type Call } from "./_http.ts";

const edr = (context: ActionContext, parts: readonly string[], call: Call): Promise<Json> =>
  callApi(
    below(context.secret("edr-api-url"), "hosts", ...parts),
    { ...call, token: context.secret("edr-api-token") },
    context,
  );

/**
 * Cuts a host off from all but its management, and notes beside that what runs on it: `PUT <edr-api-url>/hosts/<host>/isolation`,
 * `GET …/processes`, `GET …/connections`. Secrets: `edr-api-url`, `edr-api-token`.
 */
export default definePlaybook({
  title: "Contain a host",
  secrets: ["edr-api-url", "edr-api-token"],
  filters: { "names-a-host": (event) => textIn(event, hostFields) !== undefined },
  actions: {
    isolate: {
      idempotent: true,
      timeoutMs: 30_000,
      run: ({ host, reason }: { readonly host: string; readonly reason: string }, context: ActionContext) =>
        edr(context, [host, "isolation"], { method: "PUT", body: { isolated: true, reason } }),
    },
    observe: {
      idempotent: true,
      timeoutMs: 30_000,
      run: ({ host, what }: { readonly host: string; readonly what: string }, context: ActionContext) =>
        edr(context, [host, what], { method: "GET" }),
    },
  },
  onStart: async (event, run) => {
    const host = textIn(event, hostFields);
    if (host === undefined) return null;
    // What runs there is worth little once it has been told to stop: all at once.
    const isolation = run.act("isolate", { host, reason: `${event.kind}, event ${event.id}` });
    const [processes, connections] = await run.join([
      run.act("observe", { host, what: "processes" }),
      run.act("observe", { host, what: "connections" }),
    ]);
    // Without its containment the run has failed; without what was seen it has not.
    await isolation;
    return { host, isolated: true, seen: [processes.state, connections.state] };
  },
  onFinish: ({ output, done, failed }, run) => {
    run.log(failed === 0 ? "info" : "warn", `${done} actions done, ${failed} failed`);
    return output;
  },
});
