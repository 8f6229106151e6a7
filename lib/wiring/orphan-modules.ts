import type { LoggerService, RootConfigService } from '../api';
import { invalidSetting, wiringError } from './errors';
import { nearest } from './nearest';
import type { Registration } from './normalise-registrations';
import type { StartupPlan } from './plan-startup';
import type { StartupRecorder } from './startup-recorder';

const KEY = 'backend.startup.onModuleWithoutPlugin';
const CHOICES = ['warn', 'abort', 'ignore'];

/**
 * Deals with modules whose plugin is not installed, which are never started: warns of each, unless
 * `backend.startup.onModuleWithoutPlugin` is `ignore`, or `abort` to count them as failed.
 */
export function dealWithOrphans(
  { orphans, plugins }: StartupPlan,
  recorder: StartupRecorder,
  config: RootConfigService | undefined,
  logger: LoggerService | undefined,
): void {
  const choice = config?.getOptional(KEY) ?? 'warn';
  if (!CHOICES.includes(choice as string)) {
    throw invalidSetting(KEY, choice, CHOICES);
  }
  const known = plugins.map(({ plugin }) => plugin.pluginId);
  for (const module of choice === 'ignore' ? [] : orphans) {
    const message = describeOrphan(module, known);
    if (choice === 'abort') {
      const error = wiringError('PLUGIN_MISSING', message);
      recorder.moduleDone(module.pluginId, module.moduleId!, { error });
    } else {
      logger?.warn(message);
    }
  }
}

function describeOrphan({ pluginId, moduleId, source }: Registration, known: string[]): string {
  const similar = nearest(pluginId, known).map(id => `'${id}'`);
  const hint = similar.length > 0 ? `; similar ids: ${similar.join(', ')}` : '';
  return `Module '${moduleId}' for plugin '${pluginId}', added ${source.description}, is not started because plugin '${pluginId}' is not installed${hint}; add the plugin or remove the module`;
}
