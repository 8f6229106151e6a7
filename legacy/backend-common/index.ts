export * from './cache-manager';
export * from './container-runner';
export * from './contexts';
export * from './database-manager';
export * from './discovery';
export * from './docker-container-runner';
export * from './git';
export * from './hot-reload';
export * from './kubernetes-container-runner';
export {
  createLegacyAuthAdapters,
  type LegacyAuthOptions,
} from './legacy-auth/create-legacy-auth-adapters';
export * from './load-backend-config';
export * from './middleware';
export * from './paths';
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
