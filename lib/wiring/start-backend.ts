import type { InternalExtensionPointFactoryMiddleware } from './extension-point-factory-middleware';
import { coreServices, type LoggerService, type RootConfigService } from '../api';
import { readBootFailurePolicy } from './boot-failure-policy';
import type { FeatureInstaller } from './feature-installer';
import { createInstanceMetadataFactory } from './instance-metadata';
import { rootLifecycleOf } from './lifecycles';
import type { RawRegistration } from './normalise-registrations';
import { planStartup } from './plan-startup';
import type { ServiceFactories } from './service-factories';
import type { ServiceRegistry } from './service-registry';
import { startPlugin } from './start-plugin';
import { StartupClock } from './startup-clock';
import { StartupProgress } from './startup-progress';
import { StartupRecorder } from './startup-recorder';
import type { BackendStartupResult } from './startup-result';

/** The parts of a backend that is about to start. */
export interface StartingBackend {
  features: FeatureInstaller;
  factories: ServiceFactories;
  services: ServiceRegistry;
  middleware: InternalExtensionPointFactoryMiddleware[];
  /** Called with the plugins and modules that were found, before any of them starts. */
  onRegistrations(registrations: RawRegistration[]): void;
  /** Called when there may be a log, before anything that may fail later. */
  onLogger(logger: LoggerService | undefined): void;
}

/**
 * Starts everything, in order: services of the root, then all plugins side by side, then the startup
 * hooks of the backend.
 *
 * @throws BackendStartupError when plugins or modules failed; other errors when it did not come to that
 */
export async function startBackend(backend: StartingBackend): Promise<BackendStartupResult> {
  const { features, factories, services, middleware } = backend;
  const clock = new StartupClock();
  await features.install(services);
  const registrations = features.readRegistrations();
  backend.onRegistrations(registrations);
  factories.add(createInstanceMetadataFactory(registrations), { path: 'the framework' });
  backend.onLogger(await optional<LoggerService>(services.get(coreServices.rootLogger)));
  await services.makeEager(factories.eager('root'));

  const config = await optional<RootConfigService>(services.get(coreServices.rootConfig));
  const logger = (await optional<LoggerService>(services.get(coreServices.rootLogger)))?.child({
    type: 'initialization',
  });
  const plan = planStartup(registrations);
  const progress = new StartupProgress(
    plan.plugins.map(({ plugin }) => plugin.pluginId),
    logger,
  );
  const recorder = new StartupRecorder({
    progress,
    isAllowed: readBootFailurePolicy(config),
    logger,
  });
  for (const { pluginId, moduleId, error } of plan.failures) {
    if (moduleId === undefined) {
      recorder.pluginDone(pluginId, { error });
    } else {
      recorder.moduleDone(pluginId, moduleId, { error });
    }
  }
  const context = {
    services,
    extensionPoints: plan.extensionPoints,
    middleware,
    eagerServices: factories.eager('plugin'),
    recorder,
    clock,
  };
  await Promise.all(plan.plugins.map(planned => startPlugin(planned, context)));
  const result = recorder.finish(clock.beginAt, clock.timings(services.creationsFor()));
  await (await rootLifecycleOf(services)).startup();
  return result;
}

async function optional<T>(service: Promise<unknown> | undefined): Promise<T | undefined> {
  return (await service) as T | undefined;
}
