export { scanBackend } from './engine/scan-backend';
export { planLift } from './lift/codemod';
export { planConvert } from './engine/plan-convert';
export { applyPlan } from './engine/apply-plan';
export { formatUnifiedDiff } from './engine/unified-diff';
export { listGuides, readGuide } from './engine/guides';
export type { Guide } from './engine/guides';
export { GuideError } from './engine/errors';
export type { GuideErrorCode } from './engine/errors';
export type { FileEdit, GuideStep, MigrationPlan, Outcome, ReportEntry } from './engine/plan';
export type {
  BackendInventory,
  PluginInventory,
  PluginState,
  PluginStyle,
  RootRouterInventory,
} from './engine/inventory';
export type {
  ApplyOptions,
  ApplyResult,
  ConvertOptions,
  LiftOptions,
  ProjectOptions,
} from './engine/options';
