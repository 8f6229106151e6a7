import { coreServices, type LoggerService, type RootConfigService } from '../api';
import type { InternalServiceFactory } from '../api/service-factory';
import { BackendStartupError } from './backend-startup-error';
import { readBootFailurePolicy } from './boot-failure-policy';
import { checkSettings } from './check-settings';
import { describeDuplicateApis } from './duplicate-api';
import type { InternalExtensionPointFactoryMiddleware } from './extension-point-factory-middleware';
import type { FeatureInstaller } from './feature-installer';
import { FeatureSource } from './feature-source';
import { createInstalledServicesFactory } from './installed-services';
import { createInstanceMetadataFactory } from './instance-metadata';
import { rootLifecycleOf } from './lifecycles';
import { rereadRegistration, type RawRegistration } from './normalise-registrations';
import { dealWithOrphans } from './orphan-modules';
import { planStartup } from './plan-startup';
import type { PluginContext } from './plugin-context';
import { checkFactory, type ServiceFactories } from './service-factories';
import type { ServiceRegistry } from './service-registry';
import { startPlugin } from './start-plugin';
import { StartupClock } from './startup-clock';
import { StartupProgress } from './startup-progress';
import { StartupRecorder } from './startup-recorder';
import { StartupReport } from './startup-report';
import type { BackendStartupResult } from './startup-result';
import { StartupWatch } from './startup-watch';

/** The parts of a backend that is about to start. */
export interface StartingBackend {
  features: FeatureInstaller;
  factories: ServiceFactories;
  services: ServiceRegistry;
  middleware: readonly InternalExtensionPointFactoryMiddleware[];
  context: PluginContext;
  /** Called when it is known what there is to start, and there is a log if there will be one. */
  onInstalled(registrations: RawRegistration[], logger: LoggerService | undefined): void;
}

/**
 * Starts everything, in order: services of the root, then all plugins side by side, then the startup
 * hooks of the backend.
 *
 * @throws BackendStartupError when plugins or modules failed; other errors when it did not come to that
 */
export async function startBackend(backend: StartingBackend): Promise<BackendStartupResult> {
  const { services } = backend;
  const clock = new StartupClock();
  const watch = new StartupWatch({ clock, services });
  try {
    const registrations = await install(backend, watch);
    const result = await startPlugins(backend, registrations, clock);
    watch.stage = () => 'startup hooks of the backend';
    await (await rootLifecycleOf(services)).startup();
    return result;
  } finally {
    watch.stop();
    backend.context.relax();
  }
}

/** Finds out what there is to start, and makes the services of the root. */
async function install(backend: StartingBackend, watch: StartupWatch): Promise<RawRegistration[]> {
  const { features, factories, services } = backend;
  const installed = createInstalledServicesFactory(factories);
  addOwn(factories, installed);
  await features.install(services, what => {
    watch.stage = what;
  });
  watch.stage = undefined;
  const registrations = features.readRegistrations();
  if (!factories.hasBeenAdded(coreServices.rootInstanceMetadata.id)) {
    addOwn(factories, createInstanceMetadataFactory(registrations));
  }
  watch.logger = await optional<LoggerService>(services.get(coreServices.rootLogger));
  checkSettings(await optional<RootConfigService>(services.get(coreServices.rootConfig)));
  backend.onInstalled(registrations, watch.logger);
  await services.makeEager(factories.eager('root'));
  registrations.forEach(rereadRegistration);
  return registrations;
}

function addOwn(factories: ServiceFactories, feature: InternalServiceFactory): void {
  const source = FeatureSource.builtIn(feature, 'the backend itself');
  factories.add(checkFactory(feature, source), source);
}

async function startPlugins(
  { factories, services, middleware, context }: StartingBackend,
  registrations: RawRegistration[],
  clock: StartupClock,
): Promise<BackendStartupResult> {
  const config = await optional<RootConfigService>(services.get(coreServices.rootConfig));
  const rootLogger = await optional<LoggerService>(services.get(coreServices.rootLogger));
  const logger = rootLogger?.child({ type: 'initialization' });
  const isAllowed = readBootFailurePolicy(config);
  const report = new StartupReport(config, logger);
  const plan = planStartup(registrations);
  const pluginIds = plan.plugins.map(({ plugin }) => plugin.pluginId);
  const progress = new StartupProgress(pluginIds, logger);
  const recorder = new StartupRecorder({ progress, isAllowed, logger });
  try {
    for (const { pluginId, moduleId, error } of plan.failures) {
      if (moduleId === undefined) {
        recorder.pluginDone(pluginId, error);
      } else {
        recorder.moduleDone(pluginId, moduleId, error);
      }
    }
    dealWithOrphans(plan, recorder, config, logger);
    const starting = {
      services,
      extensionPoints: plan.extensionPoints,
      middleware,
      onModuleFailure: recorder.reportModuleFailure.bind(recorder),
      eagerServices: factories.eager('plugin'),
      recorder,
      clock,
    };
    await context.runAll(plan.plugins, planned => startPlugin(planned, starting));
  } finally {
    progress.finish();
  }
  warnOfDuplicates(logger);
  const result = recorder.finish(clock, services.creations());
  await report.write(result);
  if (result.outcome === 'failure') {
    throw new BackendStartupError(result);
  }
  return result;
}

function warnOfDuplicates(logger: LoggerService | undefined): void {
  const duplicates = describeDuplicateApis();
  if (duplicates) {
    logger?.warn(duplicates);
  }
}

async function optional<T>(service: Promise<unknown> | undefined): Promise<T | undefined> {
  return (await service) as T | undefined;
}
