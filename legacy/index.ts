export * from '../adapters';
export type { AllowedRoute } from './auth-policies';
export * from './backend-common';
export * from './backend-tasks';
export { LegacyPluginError, type LegacyPluginErrorCode } from './errors';
export { legacyPlugin } from './legacy-plugin';
export type { LegacyPluginOptions } from './legacy-plugin-options';
export * from './make-legacy-plugin';
export type { PluginEnvironment } from './plugin-environment';
