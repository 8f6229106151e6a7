import { coreServices } from '../api';
import type { CheckedFactory } from './checked-factory';
import { toError } from './errors';
import { initDependencies, type DependencySources } from './init-dependencies';
import { checkLifecycle } from './lifecycles';
import { modulesBefore } from './module-order';
import type { Registration } from './normalise-registrations';
import type { PartStart } from './part-start';
import type { PlannedPlugin } from './plan-startup';
import type { StartupClock } from './startup-clock';
import type { StartupRecorder } from './startup-recorder';
import type { Wanted } from './wanted';

/** What starting plugins needs beside the plugins. */
export interface PluginStartContext extends DependencySources {
  /** The factories of services that each plugin gets whether it wants them or not. */
  eagerServices: readonly CheckedFactory[];
  recorder: StartupRecorder;
  clock: StartupClock;
}

const NO_MODULES: readonly Registration[] = [];

/**
 * Starts a plugin: its services that do not wait, its modules, the plugin itself, its startup hooks.
 * What fails is recorded and not thrown.
 */
export async function startPlugin(
  { plugin, modules }: PlannedPlugin,
  context: PluginStartContext,
): Promise<void> {
  const { services, clock, eagerServices } = context;
  const start = clock.begin(plugin, NO_MODULES);
  try {
    if (eagerServices.length > 0) {
      start.phase = 'eager services';
      await services.makeEager(eagerServices, start);
    }
    if (modules.length > 0) {
      start.phase = 'modules';
      await startModules(modules, context);
    }
    const wanted = initDependencies(start, context);
    const arrival = wanted.arrival();
    await init(start, wanted, arrival && (await arrival));
    const lifecycle = checkLifecycle(await services.want(coreServices.lifecycle, start), 'plugin');
    pluginDone(start, context);
    start.phase = 'startup hooks';
    await lifecycle.startup();
  } catch (error) {
    pluginDone(start, context, toError(error));
  }
  start.phase = 'done';
}

function pluginDone(
  start: PartStart,
  { services, recorder }: PluginStartContext,
  error?: Error,
): void {
  start.end();
  recorder.pluginDone(start.pluginId, error, start, services.creations(start.pluginId));
}

/** Starts modules side by side, each after those that have to come before it. */
function startModules(modules: Registration[], context: PluginStartContext): Promise<unknown> {
  const before = modulesBefore(modules);
  if (!before) {
    return Promise.all(modules.map(module => startModule(module, NO_MODULES, context)));
  }
  const started = new Map<Registration, Promise<void>>();
  const start = (module: Registration): Promise<void> => {
    let promise = started.get(module);
    if (!promise) {
      promise = startModule(module, before.get(module) ?? NO_MODULES, context, start);
      started.set(module, promise);
    }
    return promise;
  };
  return Promise.all(modules.map(start));
}

async function startModule(
  module: Registration,
  before: readonly Registration[],
  context: PluginStartContext,
  startOther?: (module: Registration) => Promise<void>,
): Promise<void> {
  const start = context.clock.begin(module, before);
  let error: Error | undefined;
  try {
    if (startOther && before.length > 0) {
      await Promise.all(before.map(startOther));
    }
    const wanted = initDependencies(start, context);
    const arrival = wanted.arrival();
    await init(start, wanted, arrival && (await arrival));
  } catch (thrown) {
    error = toError(thrown);
  }
  start.end();
  start.phase = 'done';
  context.recorder.moduleDone(module.pluginId, module.moduleId!, error, start);
}

/** Not async, and its callers wait for dependencies themselves: there are many, and each promise counts. */
function init(start: PartStart, wanted: Wanted, arrived: unknown): unknown {
  const deps = wanted.named(arrived);
  start.ready();
  return start.part.init(deps);
}
