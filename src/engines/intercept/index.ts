export { addressSubject } from "./address.ts";
export { RuleCounters, type Counted, type CountedAccess, type SubjectContent } from "./counters.ts";
export { InterceptError, type InterceptErrorCode } from "./errors.ts";
export { networkText, NetworkSet, parseNetwork, v4Network, type Network } from "./networks.ts";
export { blockMsOf, manualRule, parseInterceptRule, type InterceptAction, type InterceptRule } from "./rule.ts";
export { v4Number } from "./v4-number.ts";
