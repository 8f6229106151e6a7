import type { InternalServiceFactory } from '../api/service-factory';
import { toError } from './errors';
import { initDependencies, type DependencySources } from './init-dependencies';
import { pluginLifecycleOf } from './lifecycles';
import { modulesBefore } from './module-order';
import type { Registration } from './normalise-registrations';
import type { PlannedPlugin } from './plan-startup';
import type { Requester } from './requester';
import type { StartupClock, StartupSpan } from './startup-clock';
import type { StartupRecorder } from './startup-recorder';

/** What starting plugins needs beside the plugins. */
export interface PluginStartContext extends DependencySources {
  /** The factories of services that each plugin gets whether it wants them or not. */
  eagerServices: InternalServiceFactory[];
  recorder: StartupRecorder;
  clock: StartupClock;
}

/**
 * Starts a plugin: its services that do not wait, its modules, the plugin itself, its startup hooks.
 * What fails is recorded and not thrown.
 */
export async function startPlugin(
  { plugin, modules }: PlannedPlugin,
  context: PluginStartContext,
): Promise<void> {
  const { services, recorder, clock } = context;
  const { pluginId } = plugin;
  const requester = requesterOf(plugin);
  const span = clock.begin(pluginId);
  const done = (error?: Error) =>
    recorder.pluginDone(pluginId, {
      error,
      timing: clock.end(span),
      services: clock.timings(services.creationsFor(pluginId)),
    });
  try {
    span.phase = 'eager services';
    await services.makeEager(context.eagerServices, requester);
    span.phase = 'modules';
    await startModules(modules, context);
    await init(plugin, requester, span, context);
    const lifecycle = await pluginLifecycleOf(services, requester);
    span.phase = 'startup hooks';
    done();
    await lifecycle.startup();
  } catch (error) {
    done(toError(error));
  }
}

/** Starts modules side by side, each after those that have to come before it. */
async function startModules(modules: Registration[], context: PluginStartContext): Promise<void> {
  if (modules.length === 0) {
    return;
  }
  const before = modulesBefore(modules);
  const started = new Map<Registration, Promise<void>>();
  const start = (module: Registration): Promise<void> => {
    let promise = started.get(module);
    if (!promise) {
      promise = startModule(module, before.get(module) ?? [], start, context);
      started.set(module, promise);
    }
    return promise;
  };
  await Promise.all(modules.map(start));
}

async function startModule(
  module: Registration,
  before: Registration[],
  start: (module: Registration) => Promise<void>,
  context: PluginStartContext,
): Promise<void> {
  const { recorder, clock } = context;
  const { pluginId } = module;
  const moduleId = module.moduleId!;
  const span = clock.begin(pluginId, moduleId);
  try {
    span.waitedFor.push(...before.map(other => other.moduleId!));
    await Promise.all(before.map(start));
    await init(module, requesterOf(module), span, context);
    recorder.moduleDone(pluginId, moduleId, { timing: clock.end(span) });
  } catch (error) {
    recorder.moduleDone(pluginId, moduleId, { error: toError(error), timing: clock.end(span) });
  }
}

async function init(
  part: Registration,
  requester: Requester,
  span: StartupSpan,
  context: PluginStartContext,
): Promise<void> {
  const { pluginId, moduleId } = part;
  span.resolve(Object.values(part.deps).map(({ id }) => id));
  const deps = await initDependencies(part, context, requester, {
    reportModuleStartupFailure: ({ error }) =>
      context.recorder.reportModuleFailure(pluginId, moduleId!, error),
  });
  span.ready();
  await part.init(deps);
}

function requesterOf({ pluginId, moduleId, source: { feature } }: Registration): Requester {
  const name =
    moduleId === undefined
      ? `plugin '${pluginId}'`
      : `module '${moduleId}' for plugin '${pluginId}'`;
  return { pluginId, name, feature };
}
