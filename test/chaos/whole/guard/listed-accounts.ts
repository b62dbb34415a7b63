import type { Caller } from "../../caller.ts";

/** Subjects that the service says are intercepted by a rule (0: since somebody ordered it), one for each interception. */
export const listedAccounts = async (cluster: Caller, rule: number): Promise<readonly string[]> => {
  const found: string[] = [];
  let pageToken = "";
  do {
    const options = { rule, pageSize: 500, ...(pageToken === "" ? {} : { pageToken }) };
    const page = await cluster.ask(({ guard }) => guard.indications(options));
    found.push(...page.indications.map(({ subject }) => subject));
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return found;
};
