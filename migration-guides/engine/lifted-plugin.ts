import { posix } from 'node:path';
import { ts } from 'ts-morph';
import { GuideError } from './errors';
import { findProject, type BackendProject } from './find-project';
import { idOfPackage } from './new-backend/feature-id';
import {
  readNewBackend,
  type AddedFeature,
  type LegacyCall,
  type NewBackend,
} from './new-backend/read-new-backend';
import { usesServiceBuilder } from './old-backend/read-old-backend';
import type { ProjectOptions } from './options';
import { parseModule } from './parse-module';
import { readPluginFile, type PluginFile } from './plugin-file/read-plugin-file';
import { resolveModule } from './plugin-file/resolve-module';
import { readSource, type SourceText } from './read-source';

/** A plugin that runs through legacyPlugin, and everything a conversion may have to change. */
export interface LiftedPlugin {
  readonly project: BackendProject;
  readonly backend: NewBackend;
  readonly feature: AddedFeature;
  readonly call: LegacyCall;
  readonly id: string;
  /** Where its data is kept, when that is not the id. */
  readonly envId: string | undefined;
  /** The plugin's file relative to the root; undefined for a package. */
  readonly file: string | undefined;
  readonly source: PluginFile | undefined;
  readonly manifest: SourceText;
  /** Dependencies of the backend package. */
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Finds a plugin that runs through legacyPlugin; undefined when it is native already.
 *
 * @param pluginId - its id, or the id of its environment
 * @throws GuideError when there is no such plugin, or the backend is not lifted
 */
export function findLiftedPlugin(
  dir: string,
  pluginId: string,
  options: ProjectOptions,
): LiftedPlugin | undefined {
  const project = findProject(dir, options);
  const module = parseModule(readSource(project.root, project.index));
  const backend = readNewBackend(module);
  if (!backend) throw notLifted(project, pluginId, usesServiceBuilder(module));
  const feature = backend.features.find(
    ({ legacy }) => legacy && (legacy.id === pluginId || textOption(legacy, 'envId') === pluginId),
  );
  if (!feature?.legacy) {
    if (backend.features.some(each => isNative(each, pluginId))) return undefined;
    throw unknownPlugin(project, backend, pluginId);
  }
  const file = resolveModule(project.root, project.index, feature.module ?? '');
  const manifest = readSource(project.root, posix.join(project.backend, 'package.json'));
  return {
    project,
    backend,
    feature,
    call: feature.legacy,
    id: feature.legacy.id,
    envId: textOption(feature.legacy, 'envId'),
    file,
    source:
      file === undefined ? undefined : readPluginFile(project.root, file, feature.legacy.exported),
    manifest,
    dependencies: JSON.parse(manifest.text).dependencies ?? {},
  };
}

/** The text of an option of legacyPlugin. */
export function textOption({ options }: LegacyCall, name: string): string | undefined {
  const value = optionOf(options, name);
  return value && ts.isStringLiteralLike(value) ? value.text : undefined;
}

/** An option's value. */
export function optionOf(
  options: ts.ObjectLiteralExpression | undefined,
  name: string,
): ts.Expression | undefined {
  const property = options?.properties.find(each => each.name?.getText() === name);
  return property && ts.isPropertyAssignment(property) ? property.initializer : undefined;
}

function isNative({ legacy, module, own }: AddedFeature, pluginId: string): boolean {
  if (own) return own.pluginId === pluginId || own.moduleId === pluginId;
  if (legacy || module === undefined) return false;
  const ids = [idOfPackage(module), posix.basename(module)];
  return ids.some(each => comparable(each) === comparable(pluginId));
}

function comparable(id: string): string {
  return id.replaceAll(/[-_]/g, '').toLowerCase();
}

function notLifted({ index }: BackendProject, pluginId: string, isOld: boolean): GuideError {
  return isOld
    ? new GuideError(
        'NOT_LIFTED',
        `${index} still runs on the old system, where '${pluginId}' can not be converted by itself. Run forklift lift first`,
        { file: index },
      )
    : new GuideError('BACKEND_NOT_FOUND', `${index} makes no backend that is understood`, {
        file: index,
      });
}

function unknownPlugin(
  { index }: BackendProject,
  backend: NewBackend,
  pluginId: string,
): GuideError {
  const ids = backend.features.flatMap(each => (each.legacy ? [`'${each.legacy.id}'`] : []));
  const known = ids.length > 0 ? `It has ${ids.join(', ')}` : 'It has none left to convert';
  return new GuideError('UNKNOWN_PLUGIN', `${index} mounts no plugin '${pluginId}'. ${known}`, {
    file: index,
  });
}
