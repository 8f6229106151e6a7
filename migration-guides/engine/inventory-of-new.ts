import { ts } from 'ts-morph';
import { GuideError } from './errors';
import type { BackendProject } from './find-project';
import type { BackendInventory, PluginInventory } from './inventory';
import { idInFile, idOfPackage } from './new-backend/feature-id';
import type {
  AddedFeature,
  LegacyCall,
  NewBackend,
  OwnFeature,
} from './new-backend/read-new-backend';
import { lineOf, parseModule } from './parse-module';
import { describeModule } from './plugin-file/describe-module';
import { resolveModule } from './plugin-file/resolve-module';
import { readSource } from './read-source';

/** The inventory of a backend that calls createBackend. */
export function inventoryOfNew(project: BackendProject, backend: NewBackend): BackendInventory {
  const plugins = backend.features.flatMap(feature => pluginOf(project, backend, feature) ?? []);
  return {
    ...project,
    state: plugins.some(each => each.state === 'forklifted') ? 'lifted' : 'native',
    runtime: backend.runtime,
    environment: [],
    plugins,
    rootRouters: [],
    blockers: [],
  };
}

function pluginOf(
  project: BackendProject,
  { module }: NewBackend,
  feature: AddedFeature,
): PluginInventory | undefined {
  if (feature.module === undefined && !feature.legacy && !feature.own) return undefined;
  const base = {
    module: feature.module ?? project.index,
    line: lineOf(module, feature.statement),
    extraArguments: optionTexts(feature.legacy, 'args'),
    middlewares: optionTexts(feature.legacy, 'middlewares'),
    branches: [],
  };
  if (feature.own) return { ...base, ...ownPlugin(project, feature.own) };
  return feature.legacy
    ? { ...base, ...forklifted(project, feature, feature.legacy) }
    : { ...base, ...native(project, base.module) };
}

type Described = Omit<
  PluginInventory,
  'module' | 'line' | 'extraArguments' | 'middlewares' | 'branches'
>;

function forklifted(project: BackendProject, feature: AddedFeature, call: LegacyCall): Described {
  const { problem, ...description } = describeModule(
    project.root,
    project.index,
    feature.module ?? '.',
    call.exported,
  );
  const path = textOption(call, 'path');
  const suggestions = {
    stock: 'replace-stock',
    'home-made': 'convert-plugin-file',
    package: 'replace-stock',
    unknown: null,
  } as const;
  return {
    id: call.id,
    path: path === '/' ? '' : (path ?? `/api/${call.id}`),
    state: 'forklifted',
    ...description,
    suggestedStep: suggestions[description.style],
    notes: problem === undefined ? [] : [`${problem}.`],
  };
}

function native(project: BackendProject, specifier: string): Described {
  const file = resolveModule(project.root, project.index, specifier) ?? null;
  const inFile = file === null ? undefined : ownId(project.root, file);
  const id = inFile ?? idOfPackage(specifier);
  const isModule = specifier.includes('-module-') || (inFile?.includes('-') ?? false);
  return {
    id,
    path: isModule ? null : `/api/${id}`,
    state: 'native',
    style: file === null ? 'package' : 'home-made',
    file,
    packages: file === null ? [specifier] : [],
    envKeys: [],
    suggestedStep: null,
    notes: [],
  };
}

/** A plugin or module that is written in index.ts itself. */
function ownPlugin({ index }: BackendProject, { pluginId, moduleId }: OwnFeature): Described {
  const isModule = moduleId !== undefined;
  return {
    id: isModule ? `${pluginId}-${moduleId}` : pluginId,
    path: isModule ? null : `/api/${pluginId}`,
    state: 'native',
    style: 'home-made',
    file: index,
    packages: [],
    envKeys: [],
    suggestedStep: null,
    notes: [],
  };
}

/** The id that a file gives its feature; undefined for a file that can not be read, too. */
function ownId(root: string, file: string): string | undefined {
  try {
    return idInFile(parseModule(readSource(root, file)));
  } catch (error) {
    if (error instanceof GuideError) return undefined;
    throw error;
  }
}

function textOption(call: LegacyCall, name: string): string | undefined {
  const value = optionOf(call, name);
  return value && ts.isStringLiteralLike(value) ? value.text : undefined;
}

function optionTexts(call: LegacyCall | undefined, name: string): string[] {
  const value = call && optionOf(call, name);
  return value && ts.isArrayLiteralExpression(value)
    ? value.elements.map(each => each.getText())
    : [];
}

function optionOf({ options }: LegacyCall, name: string): ts.Expression | undefined {
  const property = options?.properties.find(each => each.name?.getText() === name);
  return property && ts.isPropertyAssignment(property) ? property.initializer : undefined;
}
