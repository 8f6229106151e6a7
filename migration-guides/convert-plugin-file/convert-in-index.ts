import type { ts } from 'ts-morph';
import { identifiersIn, importsOf, isReference } from '../engine/bindings';
import { codeStyleOf } from '../engine/code-style';
import { replaceByFeatures } from '../engine/edit-index';
import type { NewImport } from '../engine/edit-imports';
import { addDependencies } from '../engine/edit-package-json';
import { allowedRoutesOf, assertUsualKeys } from '../engine/lifted-mount';
import type { LiftedPlugin } from '../engine/lifted-plugin';
import { Obstacle } from '../engine/obstacle';
import { oldContractOf } from '../engine/old-contract';
import { openRoutesIn } from '../engine/open-routes';
import { lineOf } from '../engine/parse-module';
import type { FileEdit, ReportEntry } from '../engine/plan';
import { pluginBeside } from '../engine/plugin-beside';
import { INIT_INDENT, makerOf, printFeature } from '../engine/print-feature';
import { editorOf, indentOf, reindent } from '../engine/source-edit';
import { assertImportable } from './assert-convertible';
import { convertKeys, type ConvertedKeys } from './convert-keys';
import { followEnvironment } from './local-functions';
import { KEEPS_DATA, placeOf } from './place';
import { importsBelow, servedBelow } from './router-below';
import { API, apiVersionOf } from './surroundings';
import { isReady, type WrittenFunction } from './written-in-index';

/**
 * Converts a plugin whose function is written in index.ts, in its place.
 *
 * @throws Obstacle when it can not be converted
 */
export function convertInIndex(
  old: LiftedPlugin,
  written: WrittenFunction,
): { readonly edits: readonly FileEdit[]; readonly report: readonly ReportEntry[] } {
  const { backend, dependencies, feature, project } = old;
  const { module } = backend;
  const { plugin: lifted, below, serves } = placeOf(old);
  const beside = pluginBeside(lifted);
  if (beside && below === undefined) {
    throw new Obstacle(
      `is one of two plugins '${lifted.id}': give it a file of its own`,
      'modules',
    );
  }
  const editor = editorOf(module);
  const use = followEnvironment(module, written.function);
  assertUsualKeys(old, new Set(use.keys.map(each => each.key)));
  if (use.parameters.length > 1) {
    throw new Obstacle('hands its environment to a function of index.ts', 'whole-environment');
  }
  if (lifted.envId !== undefined && use.keys.some(each => KEEPS_DATA.has(each.key))) {
    throw new Obstacle(`keeps data under '${lifted.envId}': give it a file of its own`, 'database');
  }
  const keys = convertKeys(module, editor, use, dependencies);
  const { result } = written;
  reindent(module, editor, result, INIT_INDENT - indentOf(module, result));
  const body = editor.slice(result.getStart(module.sourceFile), result.getEnd());
  const [parameter] = written.function.parameters;
  const pattern = parameter
    ? editor.slice(parameter.name.getStart(module.sourceFile), parameter.name.getEnd())
    : undefined;
  const { params, statement } = environmentOf(written, pattern, keys);
  const style = codeStyleOf(module);
  const value = isReady(old, written) ? body : `await ${body}`;
  const served = below === undefined ? value : servedBelow(below, value, style);
  const lines = [
    ...(written.imported
      ? [`const ${written.imported.pattern} = await ${written.imported.source};`]
      : []),
    ...(statement === undefined ? [] : [statement]),
    serves ? `httpRouter.use(${served});` : `${value};`,
  ];
  const made = [...keys.contracts.values()];
  const services = [...new Set([...keys.services, ...made.flatMap(each => each.services)])];
  const routes = serves ? [...allowedRoutesOf(old), ...openRoutesIn(result)] : [];
  const printed = printFeature(
    {
      assigned: '',
      serves,
      pluginId: lifted.id,
      ...(beside ? { moduleId: old.id } : {}),
      services: parameter ? services : [],
      params,
      body: lines.map(each => `${' '.repeat(INIT_INDENT)}${each}\n`).join(''),
      openRoutes: [...new Set(routes)].map(each => (below ?? '') + each),
    },
    style,
  ).replace(/;?\n$/, '');
  const further = serves ? importsBelow(module, below) : [];
  const maker = makerOf({ moduleId: beside && old.id });
  const imports = importsFor(old, printed, maker, keys, further);
  const factories = made.filter(each => each.factory).map(each => each.function);
  const index = replaceByFeatures(old, [printed], factories, imports);
  const version = apiVersionOf(old);
  const manifest = addDependencies(old.manifest, new Map([[API, version]]));
  const entry = (file: string, reason: string, line?: number): ReportEntry => ({
    file,
    ...(line === undefined ? {} : { line }),
    plugin: old.id,
    outcome: 'migrated',
    reason,
    guide: 'convert-plugin-file#written-in-place',
  });
  const line = lineOf(module, feature.statement);
  const report = [entry(project.index, 'now a plugin of the new system, in index.ts', line)];
  if (manifest) report.push(entry(manifest.file, `depends on ${API} ${version}`));
  return { edits: [index, manifest].filter(each => each !== undefined), report };
}

/** What init() takes for the function's argument, and the statement that puts it together. */
function environmentOf(
  { function: made, result }: WrittenFunction,
  pattern: string | undefined,
  { services, contracts }: ConvertedKeys,
): { readonly params: readonly string[]; readonly statement?: string } {
  if (pattern === undefined) return { params: [] };
  const isNamed = !pattern.startsWith('{');
  const inner = pattern.replace(/^\{\s*|,?\s*\}$/g, '');
  if (contracts.size === 0) {
    const rest = isNamed ? `...${pattern}` : inner;
    return { params: services.length === 0 && isNamed ? [] : rest === '' ? [] : [rest] };
  }
  const needed = [...contracts.values()].flatMap(each => each.services);
  const names = [...new Set([...services, ...needed].map(each => each.name))];
  const [own] = made.parameters;
  const hidden = identifiersIn(result).find(
    each => names.includes(each.text) && isReference(each) && !isBoundBy(own, each.text),
  );
  if (hidden)
    throw new Obstacle(`has a ${hidden.text} of its own, which services would hide`, 'before');
  const values = [
    ...services.map(each => [each.name, each.name] as const),
    ...[...contracts].map(([key, { expression }]) => [key, expression] as const),
  ].map(([key, value]) => (key === value ? key : `${key}: ${value}`));
  if (!isNamed) {
    throw new Obstacle('takes keys of the old system apart: give it a file of its own', 'before');
  }
  return { params: names, statement: `const ${pattern} = { ${values.join(', ')} };` };
}

/** True for a name that the function's own parameter brings. */
function isBoundBy(parameter: ts.ParameterDeclaration, name: string): boolean {
  return identifiersIn(parameter.name).some(each => each.text === name);
}

/** What the new code needs, where index.ts has not imported it yet. */
function importsFor(
  { backend: { module }, dependencies }: LiftedPlugin,
  printed: string,
  maker: string,
  { contracts }: ConvertedKeys,
  further: readonly NewImport[],
): NewImport[] {
  const refs = printed.includes('coreServices.') ? ['coreServices'] : [];
  const present = importsOf(module);
  const added: NewImport[] = [...refs, maker]
    .filter(name => !present.some(each => each.local.text === name && HOMES.has(each.module)))
    .map(name => ({ module: API, name }));
  if (printed.includes('loggerToWinstonLogger(') && !contracts.has('logger')) {
    const logger = oldContractOf('logger', dependencies);
    if (logger) added.push(logger.function);
  }
  for (const each of contracts.values()) added.push(each.function);
  added.push(...further);
  assertImportable(module, added);
  return added;
}

/** Packages that have what new code imports. */
const HOMES = new Set([API, 'backstage-forklift']);
