export {
  baselineRules,
  parseBaseline,
  readBaseline,
  reviewBaseline,
  type AcceptedDifference,
  type BaselineReview,
} from './baseline';
export { createCallRecords, type CallRecords } from './calls/call-observation';
export { startCommandSubject, type CommandSubjectOptions } from './command-subject';
export { compareResponses } from './compare';
export { describeParity, type DescribeParityOptions } from './describe-parity';
export type { ParityDifference } from './difference';
export { ParityError, type ParityErrorCode } from './errors';
export { exchange, type ExchangeOptions, type ParityResponse } from './exchange';
export { formatResult, formatVerdict } from './format-report';
export { readHarFile, type HarFileOptions } from './har-file';
export { formatHtmlReport, type HtmlReportOptions } from './html-report';
export {
  createSideDatabases,
  type SideDatabases,
  type SideDatabasesOptions,
} from './databases/side-databases';
export type { NoiseThresholds } from './noise-trials';
export type { ParityObservation, ParitySide } from './observation';
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
export { reachSubject } from './reach-subject';
export { parseRequests, readRequestsFile, type ParityRequestsFile } from './requests-file';
export { defaultRules, type ParityRule, type ParityRuleContext } from './rules';
export { runParity, type RunParityOptions } from './run-parity';
export type { StartupTimeline } from './startup-timeline';
export { startServerSubject, type ServerSubjectOptions } from './server-subject';
export { urlSubject, type ParitySubject } from './subject';
export { countVerdicts, type VerdictCounts } from './verdict-counts';
export { listRoutes } from './routes/list-routes';
export type { ParityRoute } from './routes/parity-route';
export {
  defineScenario,
  readScenarios,
  type ParityScenario,
  type ScenarioRequest,
} from './requests/scenario';
export type { ParityExpectations } from './requests/expectations';
export type { SideValues } from './requests/variables';
export type { ExploreOptions } from './exploring/explorer';
export type { OpenApiOperation, OpenApiParameter } from './exploring/openapi-document';
export { isOpenApi, readOpenApiFile } from './exploring/read-openapi-file';
export { isExercised, type CoveredRoute, type ParityCoverage } from './routes/coverage';
export { formatCoverage } from './routes/format-coverage';
export type { SideRoute, SideRoutes } from './routes/side-routes';
export { readAccessLog, type AccessLogOptions } from './requests/access-log';
export { uniqueRequests } from './requests/unique-requests';
export {
  startRecordingProxy,
  type RecordingProxy,
  type RecordingProxyOptions,
} from './recording/recording-proxy';
