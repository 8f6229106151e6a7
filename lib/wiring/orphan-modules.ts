import type { LoggerService, RootConfigService } from '../api';
import { wiringError } from './errors';
import { nearest } from '../api/nearest';
import type { Registration } from './normalise-registrations';
import type { StartupPlan } from './plan-startup';
import { readChoice } from './read-setting';
import type { StartupRecorder } from './startup-recorder';

const CHOICES = ['warn', 'abort', 'ignore'] as const;

/**
 * Reads `backend.startup.onModuleWithoutPlugin`.
 *
 * @throws InputError when it is none of the choices
 */
export function readOrphanPolicy(config: RootConfigService | undefined): (typeof CHOICES)[number] {
  return readChoice(config, 'backend.startup.onModuleWithoutPlugin', CHOICES) ?? 'warn';
}

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
  const choice = readOrphanPolicy(config);
  const known = plugins.map(({ plugin }) => plugin.pluginId);
  for (const module of choice === 'ignore' ? [] : orphans) {
    const message = describeOrphan(module, known);
    if (choice === 'abort') {
      const error = wiringError('PLUGIN_MISSING', message);
      recorder.moduleDone(module.pluginId, module.moduleId!, error);
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
