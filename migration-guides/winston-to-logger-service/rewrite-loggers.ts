import { ts } from 'ts-morph';
import { importsOf, referencesTo, type ImportBinding } from '../engine/bindings';
import { settleImports, type NewImport } from '../engine/edit-imports';
import { parseModule, type ParsedModule } from '../engine/parse-module';
import { editorOf } from '../engine/source-edit';

/** How one file looks with loggers of the new system. */
export interface RewrittenLoggers {
  readonly text: string;
  readonly usesMocks: boolean;
}

export const API = '@backstage/backend-plugin-api';
export const OLD_COMMON = '@backstage/backend-common';

/** Where `Logger` is imported from. */
const WINSTON = 'winston';

/**
 * Rewrites the types of winston's loggers in a file to LoggerService, and loggers for tests to mocks;
 * undefined when it has none, or uses `Logger` as more than a type.
 *
 * @param mocks - the module that has mockServices; undefined when there is none
 */
export function rewriteLoggers(
  module: ParsedModule,
  mocks: string | undefined,
): RewrittenLoggers | undefined {
  const types = loggerTypes(module);
  const calls = mocks === undefined ? [] : voidLoggers(module);
  if (!types || (types.length === 0 && calls.length === 0)) return undefined;
  const editor = editorOf(module);
  const service = hasOtherMeaning(module, 'LoggerService') ? undefined : 'LoggerService';
  if (service === undefined) return undefined;
  const replace = (node: ts.Node, text: string): void => {
    editor.overwrite(node.getStart(module.sourceFile), node.getEnd(), text);
  };
  for (const each of types) {
    const [node, text] = withoutRepetition(each, service);
    replace(node, text);
  }
  for (const each of calls) replace(each, 'mockServices.logger.mock()');
  const added: NewImport[] = [
    ...(types.length > 0
      ? [{ module: API, name: service, ...(isTypeOnly(module) ? { isType: true as const } : {}) }]
      : []),
    ...(calls.length > 0 && mocks ? [{ module: mocks, name: 'mockServices' }] : []),
  ];
  return {
    text: joined(module, editor.toString(), added),
    usesMocks: calls.length > 0,
  };
}

/** True when the file imports winston by `import type` alone. */
function isTypeOnly(module: ParsedModule): boolean {
  return importsOf(module)
    .filter(each => each.module === WINSTON)
    .every(each => each.declaration.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
}

/** The names by which a file refers to the type; undefined when one of them is used as a value. */
function loggerTypes(module: ParsedModule): ts.Node[] | undefined {
  const found: ts.Node[] = [];
  for (const binding of importsOf(module).filter(each => each.module === WINSTON)) {
    const isWhole = binding.imported === '*' || binding.imported === 'default';
    if (!isWhole && binding.imported !== 'Logger') continue;
    for (const reference of referencesTo(module, binding.local)) {
      const { parent } = reference;
      if (!isWhole) {
        if (!ts.isTypeReferenceNode(parent)) return undefined;
        found.push(reference);
      } else if (ts.isQualifiedName(parent) && parent.right.text === 'Logger') {
        if (!ts.isTypeReferenceNode(parent.parent)) return undefined;
        found.push(parent);
      }
    }
  }
  return found;
}

/** `Logger | LoggerService` becomes `LoggerService` alone. */
function withoutRepetition(name: ts.Node, service: string): [node: ts.Node, text: string] {
  const reference = ts.findAncestor(name, ts.isTypeReferenceNode);
  const union = reference?.parent;
  if (!reference || !union || !ts.isUnionTypeNode(union) || union.getText().includes('\n')) {
    return [name, service];
  }
  const others = union.types.filter(each => each !== reference).map(each => each.getText());
  return others.includes(service) ? [union, others.join(' | ')] : [name, service];
}

/** Calls of getVoidLogger. */
function voidLoggers(module: ParsedModule): ts.Node[] {
  const binding = importsOf(module).find(isVoidLogger);
  if (!binding || hasOtherMeaning(module, 'mockServices')) return [];
  const calls = referencesTo(module, binding.local).map(each => each.parent);
  return calls.every(each => ts.isCallExpression(each)) ? calls : [];
}

function isVoidLogger({ module, imported }: ImportBinding): boolean {
  return module === OLD_COMMON && imported === 'getVoidLogger';
}

/** True when a file has something of its own under a name. */
function hasOtherMeaning(module: ParsedModule, name: string): boolean {
  const imported = importsOf(module).find(each => each.local.text === name);
  if (imported) return imported.imported !== name;
  return new RegExp(`\\b(class|interface|type|const|let|var|function|enum)\\s+${name}\\b`).test(
    module.text,
  );
}

/** Adds imports to declarations that import from the same module, where there are some. */
function joined(before: ParsedModule, text: string, added: readonly NewImport[]): string {
  const after = parseModule({ ...before, text });
  const editor = editorOf(after);
  const rest: NewImport[] = [];
  for (const each of added) {
    const existing = importsOf(after).filter(({ module }) => module === each.module);
    if (existing.some(({ imported }) => imported === each.name)) continue;
    const last = existing.findLast(
      ({ local, declaration }) =>
        ts.isImportSpecifier(local.parent) && !declaration.importClause?.phaseModifier,
    );
    if (last) {
      const specifier = last.local.parent;
      const isBroken = /\n/.test(last.declaration.getText(after.sourceFile));
      editor.appendLeft(specifier.getEnd(), isBroken ? `,\n  ${each.name}` : `, ${each.name}`);
    } else rest.push(each);
  }
  return settleImports(before, editor.toString(), rest);
}
