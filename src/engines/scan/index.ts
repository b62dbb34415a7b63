export { type BundleFile, bundleLimits, type PackedBundle, pathProblem } from "./bundle/bundle.ts";
export { bundleFilesOf } from "./bundle/of-templates.ts";
export { packBundle } from "./bundle/pack.ts";
export { unpackBundle } from "./bundle/unpack.ts";
export { ScanError, type ScanErrorCode } from "./errors.ts";
export type { StartFlowThread } from "./flow/index.ts";
export type { HttpFailureKind } from "./http/failure.ts";
export { defaultHttpLimits, type HttpLimits } from "./http/limits.ts";
export type { RequestDefaults } from "./http/plan.ts";
export { type PlannedRequest, plannedRequests } from "./http/planned.ts";
export { type Resolver, resolverOf, systemResolver } from "./net/resolver.ts";
export { parseTarget, type WireUrl } from "./http/target.ts";
export { type Change, changeKinds, type Changes, compareFindings } from "./report/changes.ts";
export { htmlReport } from "./report/html.ts";
export { jsonLine } from "./report/jsonl.ts";
export { markdownReport } from "./report/markdown.ts";
export { sarifLog } from "./report/sarif.ts";
export type { ScanReport } from "./report/scan-report.ts";
export { changesTable, findingsTable } from "./report/table.ts";
export { createScanEngine, type RunOptions, type ScanEngine, type ScanEngineSetup } from "./run/engine.ts";
export { type Cluster, clustersOf, requestsOf } from "./run/clusters.ts";
export type { Finding } from "./run/finding.ts";
export { defaultHostHealthLimits, type HostHealthLimits } from "./run/host-health.ts";
export type { RequestCounts, RequestError, ScanOutcome, SkippedHost } from "./run/outcome.ts";
export { checkRequestOptions, type RequestProfile, type ScanRequestOptions } from "./run/request-options.ts";
export type { BeforeRequest } from "./run/sender.ts";
export { createScopeGuard, type Refusal, type ScopeGuard } from "./scope/guard.ts";
export type { StartSearchThread } from "./search/thread/search-thread.ts";
export { scopeOfTargets } from "./scope/of-targets.ts";
export { appliesTo } from "./target/applies-to.ts";
export { parseScanTarget, type ScanTarget } from "./target/target.ts";
export { describeTemplate, type TemplateDescription, type UsedKey } from "./template/describe.ts";
export { type KeySupport, type KeyTable, languageKeys, type LanguagePlace } from "./template/keys.ts";
export { loadTemplates } from "./template/load.ts";
export { templatesOfBundle } from "./template/of-bundle.ts";
export { type ParseOptions, parseTemplate } from "./template/parse.ts";
export { everyTemplate, selectTemplates, type TemplateSelection } from "./template/select.ts";
export type { TemplateHead, TemplateInfo } from "./template/template-head.ts";
export { severities, type Severity } from "./template/severity.ts";
export type { Problem, ProblemKind } from "./template/problem.ts";
export {
  defaultTemplateLimits,
  type ParsedTemplate,
  type Template,
  type TemplateFile,
  type TemplateLimits,
} from "./template/template.ts";
