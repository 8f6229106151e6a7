import { ts } from 'ts-morph';
import { declarationOf, isReference } from '../engine/bindings';
import type { NewImport } from '../engine/edit-imports';
import { quoted, type CodeStyle } from '../engine/code-style';
import { standardKeyOf, type CustomKey } from '../engine/old-backend/environment-keys';
import type { EnvironmentFactory, OldBackend } from '../engine/old-backend/old-backend';
import { indentOf, editorOf, reindent } from '../engine/source-edit';

/** A custom key as a service that makeLegacyPlugin takes. */
export interface KeyService {
  readonly key: string;
  /** The service's declaration; undefined when it is imported. */
  readonly declaration: string | undefined;
  readonly name: string;
  readonly imports: readonly NewImport[];
}

/** Root services by the key of the old environment whose value they stand for. */
const ROOT_SERVICES: Readonly<Record<string, string>> = {
  config: 'coreServices.rootConfig',
  logger: 'coreServices.rootLogger',
};

/** Services of each plugin. A value made from them is made once for each plugin. */
const PLUGIN_SERVICES: Readonly<Record<string, string>> = {
  discovery: 'coreServices.discovery',
};

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
  if (standardKeyOf(old.module, factory, value) === 'events') {
    const imports = [{ module: '@backstage/plugin-events-node', name: 'eventsServiceRef' }];
    return { key, declaration: undefined, name: 'eventsServiceRef', imports };
  }
  const expression = expressionOf(old, value);
  const needs = needsOf(old, factory, expression);
  if (!needs) return undefined;
  const isShared = needs.every(each => each in ROOT_SERVICES);
  if (!isShared && !isStateless(expression)) return undefined;
  const usesLogger = needs.includes('logger');
  return {
    key,
    name: `${key}ServiceRef`,
    declaration: printService(old, factory, { key, expression, needs, isShared }, style),
    imports: [
      ...(needs.length > 0 ? [{ module: api, name: 'coreServices' }] : []),
      { module: api, name: 'createServiceFactory' },
      { module: api, name: 'createServiceRef' },
      ...(usesLogger
        ? [{ module: 'backstage-forklift/legacy', name: 'loggerToWinstonLogger' }]
        : []),
    ],
  };
}

/** The expression that makes the value: that of its variable, if it has one. */
function expressionOf(old: OldBackend, value: ts.Expression): ts.Expression {
  const declaration = ts.isIdentifier(value)
    ? ts.isShorthandPropertyAssignment(value.parent)
      ? old.module.checker.getShorthandAssignmentValueSymbol(value.parent)?.declarations?.[0]
      : declarationOf(old.module, value)
    : undefined;
  return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer
    ? declaration.initializer
    : value;
}

/** The keys that an expression needs; undefined when it needs something else of makeCreateEnv. */
function needsOf(
  old: OldBackend,
  factory: EnvironmentFactory,
  expression: ts.Expression,
): string[] | undefined {
  const needs = new Set<string>();
  for (const { need } of localsOf(old, factory, expression)) {
    if (need === undefined) return undefined;
    needs.add(need);
  }
  return [...needs].sort();
}

interface Local {
  readonly node: ts.Expression;
  /** The key whose service stands for it. */
  readonly need: string | undefined;
}

/** Parts of an expression that stand for services: variables, and calls such as getRootLogger(). */
function localsOf(
  old: OldBackend,
  factory: EnvironmentFactory,
  expression: ts.Expression,
): Local[] {
  const found: Local[] = [];
  const visit = (node: ts.Node): void => {
    const key = ts.isCallExpression(node) && standardKeyOf(old.module, factory, node);
    if (key && node !== expression) {
      found.push({ node: node as ts.CallExpression, need: known(key) });
      return;
    }
    if (ts.isIdentifier(node) && isReference(node) && isLocal(old, factory, node, expression)) {
      const own = standardKeyOf(old.module, factory, node);
      found.push({ node, need: own && known(own) });
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(expression);
  return found;
}

function known(key: string): string | undefined {
  return key in ROOT_SERVICES || key in PLUGIN_SERVICES ? key : undefined;
}

/** Declared inside makeCreateEnv, but not inside the expression itself. */
function isLocal(
  old: OldBackend,
  factory: EnvironmentFactory,
  identifier: ts.Identifier,
  expression: ts.Expression,
): boolean {
  const declaration = ts.isShorthandPropertyAssignment(identifier.parent)
    ? old.module.checker.getShorthandAssignmentValueSymbol(identifier.parent)?.declarations?.[0]
    : declarationOf(old.module, identifier);
  const within = (outer: ts.Node): boolean =>
    declaration !== undefined && ts.findAncestor(declaration, each => each === outer) !== undefined;
  return within(factory.body.parent) && !within(expression);
}

function isStateless(expression: ts.Expression): boolean {
  return ts.isNewExpression(expression) && STATELESS.has(expression.expression.getText());
}

interface PrintedService {
  readonly key: string;
  readonly expression: ts.Expression;
  readonly needs: readonly string[];
  readonly isShared: boolean;
}

function printService(
  old: OldBackend,
  factory: EnvironmentFactory,
  { key, expression, needs, isShared }: PrintedService,
  style: CodeStyle,
): string {
  const services = { ...ROOT_SERVICES, ...PLUGIN_SERVICES };
  const deps = needs.map(each => `${each}: ${services[each]}`).join(', ');
  const scope = isShared ? `\n  scope: ${quoted('root', style)},` : '';
  const parameter = needs.length > 0 ? `{ ${needs.join(', ')} }` : '';
  return `const ${key}ServiceRef = createServiceRef<PluginEnvironment[${quoted(key, style)}]>({
  id: ${quoted(`environment.${key}`, style)},${scope}
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {${deps === '' ? '' : ` ${deps} `}},
      factory: async (${parameter}) =>
        ${withServices(old, factory, expression)},
    }),
})${style.semicolon}`;
}

/** The expression's text with services in place of makeCreateEnv's variables. */
function withServices(
  old: OldBackend,
  factory: EnvironmentFactory,
  expression: ts.Expression,
): string {
  const { module } = old;
  const editor = editorOf(module);
  for (const { node, need } of localsOf(old, factory, expression)) {
    const text = need === 'logger' ? 'loggerToWinstonLogger(logger)' : (need ?? '');
    const isShorthand = ts.isShorthandPropertyAssignment(node.parent);
    if (isShorthand && text === node.getText(module.sourceFile)) continue;
    const key = isShorthand ? `${node.getText(module.sourceFile)}: ` : '';
    editor.overwrite(node.getStart(module.sourceFile), node.getEnd(), key + text);
  }
  reindent(module, editor, expression, 8 - indentOf(module, expression));
  return editor.slice(expression.getStart(module.sourceFile), expression.getEnd());
}
