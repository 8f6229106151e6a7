import { ts } from 'ts-morph';
import { declarationOf } from '../engine/bindings';
import type { NewImport } from '../engine/edit-imports';
import { quoted, type CodeStyle } from '../engine/code-style';
import { standardKeyOf, type CustomKey } from '../engine/old-backend/environment-keys';
import type { EnvironmentFactory, OldBackend } from '../engine/old-backend/old-backend';
import {
  neededServices,
  printDeps,
  ROOT_SERVICES,
  withServices,
  type MadeInFactory,
} from './needed-services';

/** A custom key as a service that makeLegacyPlugin takes. */
export interface KeyService {
  readonly key: string;
  /** The service's declaration; undefined when it is imported. */
  readonly declaration: string | undefined;
  readonly name: string;
  readonly imports: readonly NewImport[];
}

/** Clients without a memory: one for each plugin is as good as one for all. */
const STATELESS = new Set(['CatalogClient']);

/** Turns a custom key into a service; undefined when that takes a person. */
export function keyService(
  old: OldBackend,
  factory: EnvironmentFactory,
  { key, value }: CustomKey,
  api: string,
  style: CodeStyle,
): KeyService | undefined {
  const published = publishedRef(old, factory, value);
  if (published) return { key, declaration: undefined, name: published.name, imports: [published] };
  const code = expressionOf(old, value);
  const needs = neededServices({ old, factory, code });
  if (!needs) return undefined;
  const isShared = needs.every(each => each in ROOT_SERVICES);
  const isOfOnePlugin = ts.findAncestor(code, each => each === factory.inner) !== undefined;
  if (!isShared && !isOfOnePlugin && !isStateless(code)) return undefined;
  return {
    key,
    name: `${key}ServiceRef`,
    declaration: printService({ old, factory, code }, key, { needs, isShared }, style),
    imports: [
      ...(needs.length > 0 ? [{ module: api, name: 'coreServices' }] : []),
      { module: api, name: 'createServiceFactory' },
      { module: api, name: 'createServiceRef' },
      ...importsFor(needs),
    ],
  };
}

/**
 * A discovery of the project's own in place of the backend's: other services and plugins that are
 * converted later find plugins by it, too.
 *
 * @returns undefined when that takes a person
 */
export function discoveryFactory(
  old: OldBackend,
  factory: EnvironmentFactory,
  { value }: CustomKey,
  api: string,
  style: CodeStyle,
): { readonly text: string; readonly imports: readonly NewImport[] } | undefined {
  const made = { old, factory, code: expressionOf(old, value), replaces: 'discovery' };
  const needs = neededServices(made);
  if (!needs?.every(each => each in ROOT_SERVICES)) return undefined;
  const text = `backend.add(
  createServiceFactory({
    service: coreServices.discovery,
    deps: ${printed(printDeps(needs))},
    factory: (${needs.length > 0 ? `{ ${needs.join(', ')} }` : ''}) =>
      ${withServices(made, 6)},
  }),
)${style.semicolon}`;
  const names = ['coreServices', 'createServiceFactory'].map(name => ({ module: api, name }));
  return { text, imports: [...names, ...importsFor(needs)] };
}

function importsFor(needs: readonly string[]): NewImport[] {
  return needs.includes('logger')
    ? [{ module: 'backstage-forklift/legacy', name: 'loggerToWinstonLogger' }]
    : [];
}

/** The service of a published package that a value is, under a key of the project's own. */
function publishedRef(
  old: OldBackend,
  factory: EnvironmentFactory,
  value: ts.Expression,
): NewImport | undefined {
  switch (standardKeyOf(old.module, factory, value)) {
    case 'events':
      return { module: '@backstage/plugin-events-node', name: 'eventsServiceRef' };
    case 'signals': {
      const isFirstRelease = /^DefaultSignalService\b/.test(expressionOf(old, value).getText());
      const name = isFirstRelease ? 'signalService' : 'signalsServiceRef';
      return { module: '@backstage/plugin-signals-node', name };
    }
    default:
      return undefined;
  }
}

/** The expression that makes the value: that of its variable, if it has one. */
function expressionOf(old: OldBackend, value: ts.Expression): ts.Expression {
  const declaration = ts.isIdentifier(value) ? declarationOf(old.module, value) : undefined;
  return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer
    ? declaration.initializer
    : value;
}

function isStateless(expression: ts.Expression): boolean {
  return ts.isNewExpression(expression) && STATELESS.has(expression.expression.getText());
}

function printService(
  made: MadeInFactory,
  key: string,
  { needs, isShared }: { readonly needs: readonly string[]; readonly isShared: boolean },
  style: CodeStyle,
): string {
  const scope = isShared ? `\n  scope: ${quoted('root', style)},` : '';
  const parameter = needs.length > 0 ? `{ ${needs.join(', ')} }` : '';
  return `const ${key}ServiceRef = createServiceRef<PluginEnvironment[${quoted(key, style)}]>({
  id: ${quoted(`environment.${key}`, style)},${scope}
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: ${printed(printDeps(needs))},
      factory: async (${parameter}) =>
        ${withServices(made, 8)},
    }),
})${style.semicolon}`;
}

function printed(deps: string): string {
  return deps === '' ? '{}' : `{ ${deps} }`;
}
