import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import {
  coreServices,
  createBackendModule,
  createBackendPlugin,
  createServiceFactory,
  createSpecializedBackend,
  type Backend,
  type BackendFeature,
  type CreateSpecializedBackendOptions,
  type ExtensionPoint,
  type LoggerService,
  type RootLoggerService,
  type ServiceFactory,
  type ServiceRef,
} from 'backstage-forklift';
import { lifecycleServiceFactory, rootLifecycleServiceFactory } from 'backstage-forklift/services';

/** A line of the log. */
export interface LogLine {
  level: string;
  message: string;
  meta: JsonObject;
  error?: unknown;
}

/** What a test has of a backend. */
export interface MinimalBackend extends Backend {
  lines: LogLine[];
  /** The messages of some level, with the errors that come with them. */
  messages(level: string): string[];
}

/** A backend with configuration, a log that the test can read, and lifecycles; nothing else. */
export function createMinimalBackend(
  options: {
    config?: JsonObject;
    features?: BackendFeature[];
    defaults?: ServiceFactory[];
  } & Partial<Omit<CreateSpecializedBackendOptions, 'defaultServiceFactories'>> = {},
): MinimalBackend {
  const { config = {}, features = [], defaults = [], ...rest } = options;
  const lines: LogLine[] = [];
  const backend = createSpecializedBackend({
    onStartupFailure: 'throw',
    ...rest,
    defaultServiceFactories: [...minimalServices(config, lines), ...defaults],
  });
  features.forEach(feature => backend.add(feature));
  return {
    add: feature => backend.add(feature),
    start: () => backend.start(),
    stop: () => backend.stop(),
    lines,
    messages: level =>
      lines
        .filter(line => line.level === level)
        .map(({ message, error }) => (error ? `${message} ${error}` : message)),
  };
}

function minimalServices(config: JsonObject, lines: LogLine[]): ServiceFactory[] {
  return [
    createServiceFactory({
      service: coreServices.rootConfig,
      deps: {},
      factory: () => new ConfigReader(config),
    }),
    createServiceFactory({
      service: coreServices.rootLogger,
      deps: {},
      factory: () => recordingLogger(lines, {}) as RootLoggerService,
    }),
    createServiceFactory({
      service: coreServices.logger,
      deps: { rootLogger: coreServices.rootLogger, metadata: coreServices.pluginMetadata },
      factory: ({ rootLogger, metadata }) => rootLogger.child({ plugin: metadata.getId() }),
    }),
    rootLifecycleServiceFactory,
    lifecycleServiceFactory,
  ];
}

function recordingLogger(lines: LogLine[], meta: JsonObject): LoggerService {
  const log = (level: string) => (message: string, error?: unknown) =>
    void lines.push({ level, message, meta, error });
  return {
    error: log('error'),
    warn: log('warn'),
    info: log('info'),
    debug: log('debug'),
    child: more => recordingLogger(lines, { ...meta, ...more }),
  };
}

type Refs = { [name in string]: ServiceRef<any> | ExtensionPoint<any> };

/** A plugin that does one thing. */
export function plugin(
  pluginId: string,
  init: (deps: any) => unknown = () => {},
  deps: { [name in string]: ServiceRef<any> } = {},
  extensionPoints: Array<[ExtensionPoint<any>, unknown]> = [],
): BackendFeature {
  return createBackendPlugin({
    pluginId,
    register(reg) {
      extensionPoints.forEach(([ref, implementation]) =>
        reg.registerExtensionPoint(ref, implementation),
      );
      reg.registerInit({ deps, init: async instances => void (await init(instances)) });
    },
  });
}

/** A module that does one thing. */
export function module(
  pluginId: string,
  moduleId: string,
  init: (deps: any) => unknown = () => {},
  deps: Refs = {},
  extensionPoints: Array<[ExtensionPoint<any>, unknown]> = [],
): BackendFeature {
  return createBackendModule({
    pluginId,
    moduleId,
    register(reg) {
      extensionPoints.forEach(([ref, implementation]) =>
        reg.registerExtensionPoint(ref, implementation),
      );
      reg.registerInit({ deps, init: async instances => void (await init(instances)) });
    },
  });
}

/** Runs something that has to fail, and gives the error. */
export async function failure(run: () => unknown): Promise<any> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail');
}
