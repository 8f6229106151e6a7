export {
  baselineRules,
  parseBaseline,
  readBaseline,
  reviewBaseline,
  type AcceptedDifference,
  type BaselineReview,
} from './baseline';
export { startCommandSubject, type CommandSubjectOptions } from './command-subject';
export { compareResponses } from './compare';
export { describeParity, type DescribeParityOptions } from './describe-parity';
export type { ParityDifference } from './difference';
export { ParityError, type ParityErrorCode } from './errors';
export { exchange, type ExchangeOptions, type ParityResponse } from './exchange';
export { formatResult, formatVerdict } from './format-report';
export { readHarFile, type HarFileOptions } from './har-file';
export { formatHtmlReport } from './html-report';
export { createParityIdentity, type ParityIdentity, type ParityIdentityOptions } from './identity';
export { formatJUnitReport } from './junit-report';
export type { ParityReport, ParityResult, ParityVerdict } from './report';
export {
  describeRequest,
  isSafe,
  type ParityCondition,
  type ParityPrincipal,
  type ParityRequest,
} from './request';
export { parseRequests, readRequestsFile, type ParityRequestsFile } from './requests-file';
export { defaultRules, type ParityRule, type ParityRuleContext } from './rules';
export { runParity, type RunParityOptions } from './run-parity';
export { urlSubject, type ParitySubject } from './subject';
