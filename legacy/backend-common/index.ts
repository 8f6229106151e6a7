export {
  isChildPath,
  isDatabaseConflictError,
  resolvePackagePath,
  resolveSafeChildPath,
} from '../../lib/api';
export { createConfigSecretEnumerator } from '../../lib/services/root-config';
export * from './cache-manager';
export * from './database-manager';
export * from './discovery';
export * from './docker-container-runner';
export * from './hot-reload';
export {
  createLegacyAuthAdapters,
  type LegacyAuthOptions,
} from './legacy-auth/create-legacy-auth-adapters';
export * from './load-backend-config';
export * from './middleware';
export {
  coloredFormat,
  createRootLogger,
  getRootLogger,
  getVoidLogger,
  redactWinstonLogLine,
  setRootLogger,
} from './root-logger';
export * from './service-builder';
export * from './status-check';
export * from './url-readers';
