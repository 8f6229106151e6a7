import { ts } from 'ts-morph';
import { declarationOf, isReference } from '../engine/bindings';
import { standardKeyOf } from '../engine/old-backend/environment-keys';
import type { EnvironmentFactory, OldBackend } from '../engine/old-backend/old-backend';
import { editorOf, indentOf, reindent } from '../engine/source-edit';
import { unwrap } from '../engine/unwrap';
import { awaits, capturesOf, type Capture } from './captured';
import { namesAtTopLevel } from './lift-context';

/** Root services by the key of the old environment whose value they stand for. */
export const ROOT_SERVICES: Readonly<Record<string, string>> = {
  config: 'coreServices.rootConfig',
  logger: 'coreServices.rootLogger',
};

/** Services of each plugin. A value made from them is made once for each plugin. */
const PLUGIN_SERVICES: Readonly<Record<string, string>> = {
  discovery: 'coreServices.discovery',
  plugin: 'coreServices.pluginMetadata',
};

/** What stands for a service's old value, where that is not the service itself. */
const VALUES: Readonly<Record<string, string>> = {
  logger: 'loggerToWinstonLogger(logger)',
  plugin: 'plugin.getId()',
};

/** Code of makeCreateEnv, and the key of the environment that it makes the value of. */
export interface MadeInFactory {
  readonly old: OldBackend;
  readonly factory: EnvironmentFactory;
  readonly code: ts.Node;
  /** Its own key: where code makes a service anew, that service is none of its needs. */
  readonly replaces?: string;
}

/** The keys whose services a piece of makeCreateEnv needs; undefined when it needs something else. */
export function neededServices(made: MadeInFactory): string[] | undefined {
  const needs = new Set<string>();
  for (const { need, text } of localsOf(made)) {
    if (need === undefined && text === undefined) return undefined;
    if (need !== undefined) needs.add(need);
  }
  return [...needs].sort();
}

/** `config: coreServices.rootConfig`, for each of some keys. */
export function printDeps(needs: readonly string[]): string {
  const services = { ...ROOT_SERVICES, ...PLUGIN_SERVICES };
  return needs.map(each => `${each}: ${services[each]}`).join(', ');
}

/**
 * The text of a piece of makeCreateEnv with services in place of the function's variables.
 *
 * @param column - of the line that it begins in
 */
export function withServices(made: MadeInFactory, column: number): string {
  const { old, code } = made;
  const { module } = old;
  const editor = editorOf(module);
  for (const { node, need = '', text = VALUES[need] ?? need } of localsOf(made)) {
    const isShorthand = node !== code && ts.isShorthandPropertyAssignment(node.parent);
    if (isShorthand && text === node.getText(module.sourceFile)) continue;
    const key = isShorthand ? `${node.getText(module.sourceFile)}: ` : '';
    editor.overwrite(node.getStart(module.sourceFile), node.getEnd(), key + text);
  }
  reindent(module, editor, code, column - indentOf(module, code));
  return editor.slice(code.getStart(module.sourceFile), code.getEnd());
}

interface Local {
  readonly node: ts.Expression;
  /** The key whose service stands for it. */
  readonly need?: string;
  /** What stands for it where no service does. */
  readonly text?: string;
}

/** Parts that stand for services: variables, and calls such as getRootLogger(). */
function localsOf({ old, factory, code, replaces }: MadeInFactory): Local[] {
  const found: Local[] = [];
  const visit = (node: ts.Node): void => {
    const key = ts.isCallExpression(node) && standardKeyOf(old.module, factory, node);
    if (key && key !== replaces && node !== code) {
      found.push({ node: node as ts.CallExpression, need: known(key) });
      return;
    }
    if (ts.isIdentifier(node) && isReference(node) && isLocal(old, factory, node, code)) {
      const given = parameterValue(old, factory, node);
      if (given) {
        found.push({ node, ...given });
        return;
      }
      const own = standardKeyOf(old.module, factory, node);
      found.push({ node, need: own && own !== replaces ? known(own) : undefined });
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(code);
  return found;
}

function known(key: string): string | undefined {
  return key in ROOT_SERVICES || key in PLUGIN_SERVICES ? key : undefined;
}

/** Declared inside makeCreateEnv, but not inside the code itself. */
function isLocal(
  old: OldBackend,
  factory: EnvironmentFactory,
  identifier: ts.Identifier,
  code: ts.Node,
): boolean {
  const declaration = declarationOf(old.module, identifier);
  const within = (outer: ts.Node): boolean =>
    declaration !== undefined && ts.findAncestor(declaration, each => each === outer) !== undefined;
  return within(factory.body.parent) && !within(code);
}

/** What a parameter other than the configuration stands for: the plugin's id, or a constant of main(). */
function parameterValue(
  old: OldBackend,
  factory: EnvironmentFactory,
  name: ts.Identifier,
): Pick<Local, 'need' | 'text'> | undefined {
  const declaration = declarationOf(old.module, name);
  if (!declaration || !ts.isParameter(declaration)) return undefined;
  if (declaration === factory.inner.parameters[0]) return { need: 'plugin' };
  const index = (factory.body.parent as ts.FunctionDeclaration).parameters.indexOf(declaration);
  const given = index > 0 ? callOf(old)?.arguments[index] : undefined;
  const isConstant = given && capturesOf(old, given).every(each => isConstantOfMain(old, each));
  return isConstant ? { text: given.getText(old.module.sourceFile) } : undefined;
}

/** The call of makeCreateEnv. */
function callOf(old: OldBackend): ts.CallExpression | undefined {
  for (const [{ declarations = [] }, { kind }] of old.roles) {
    const [made] = declarations;
    if (kind !== 'createEnv' || !made || !ts.isVariableDeclaration(made)) continue;
    const call = made.initializer && unwrap(made.initializer);
    if (call && ts.isCallExpression(call)) return call;
  }
  return undefined;
}

/** True for a variable of main() that needs nothing of it, so that it moves to the top of the file. */
function isConstantOfMain(old: OldBackend, { symbol, role }: Capture): boolean {
  const [declaration] = symbol.declarations ?? [];
  const step = old.steps.find(each => each.node === declaration?.parent?.parent);
  return (
    role === undefined &&
    step?.kind === 'own' &&
    ts.isVariableStatement(step.node) &&
    !awaits(step.node) &&
    !namesAtTopLevel(old).has(symbol.name) &&
    capturesOf(old, step.node).every(each => isConstantOfMain(old, each))
  );
}
