/** The places of the language, by the definition of nuclei's schema that says what may stand there. */
export const places: ReadonlyMap<string, string> = new Map([
  ["templates.Template", "template"],
  ["http.Request", "http"],
  ["dns.Request", "dns"],
  ["network.Request", "network"],
  ["network.Input", "networkInput"],
  ["ssl.Request", "ssl"],
  ["websocket.Request", "websocket"],
  ["websocket.Input", "websocketInput"],
  ["file.Request", "file"],
  ["matchers.Matcher", "matcher"],
  ["extractors.Extractor", "extractor"],
  ["workflows.WorkflowTemplate", "workflow"],
  ["workflows.Matcher", "workflowMatcher"],
]);

/** Definitions of what only stands below a key that is refused by name, with the place and the key. */
export const refusedWhole: ReadonlyMap<string, readonly [place: string, key: string]> = new Map([
  ["analyzers.AnalyzerTemplate", ["http", "analyzer"]],
  ["code.Request", ["template", "code"]],
  ["code.Sandbox", ["template", "code"]],
  ["engine.Action", ["template", "headless"]],
  ["engine.ActionTypeHolder", ["template", "headless"]],
  ["fuzz.Rule", ["http", "fuzzing"]],
  ["fuzz.SliceOrMapSlice", ["http", "fuzzing"]],
  ["headless.Request", ["template", "headless"]],
  ["http.SignatureTypeHolder", ["template", "signature"]],
  ["javascript.Request", ["template", "javascript"]],
  ["userAgent.UserAgentHolder", ["template", "headless"]],
  ["whois.Request", ["template", "whois"]],
]);

/** `info` is kept as it is; the others are the shapes of values that every template with such a key shows. */
export const keptAsTheyAre: ReadonlySet<string> = new Set([
  "model.Info",
  "model.Classification",
  "map[string]interface {}",
  "map[string]string",
  "stringslice.StringOrSlice",
  "variables.Variable",
]);
