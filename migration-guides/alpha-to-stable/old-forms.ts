import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { importOf } from '../engine/bindings';
import { codeStyleOf } from '../engine/code-style';
import { lineOf, type ParsedModule } from '../engine/parse-module';
import { indentOf } from '../engine/source-edit';
import type { Finding } from '../engine/source-step/source-codemod';
import { FEATURE_MAKERS, isPlainCallback } from './feature-export';
import { REMOVED_REFS, RENAMED_REFS } from './stable-names';

const API = ['@backstage/backend-plugin-api', 'backstage-forklift'];

/** Rewrites how plugins, modules, factories and backends were made before 1.0; gives what is left. */
export function rewriteOldForms(module: ParsedModule, editor: MagicString): Finding[] {
  const found: Finding[] = [];
  const manual = (node: ts.Node, reason: string, anchor: string): void => {
    found.push({ line: lineOf(module, node), outcome: 'manual', reason, anchor });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const maker = makerOf(module, node);
      const [argument] = node.arguments;
      if (maker && argument && isPlainCallback(argument)) {
        editor.remove(argument.getStart(), argument.body.expression.getStart());
        editor.remove(argument.body.expression.getEnd(), argument.getEnd());
      } else if (
        maker &&
        argument &&
        (ts.isArrowFunction(argument) || ts.isFunctionExpression(argument))
      ) {
        manual(node, `gives ${maker} a function with options`, 'factories-with-options');
      }
      if (maker === 'createBackendPlugin' && argument) renameId(editor, argument);
    }
    if (ts.isPropertyAccessExpression(node) && isCoreServices(module, node.expression)) {
      const name = node.name.text;
      if (Object.hasOwn(RENAMED_REFS, name)) {
        editor.overwrite(node.name.getStart(), node.name.getEnd(), RENAMED_REFS[name]);
      } else if (Object.hasOwn(REMOVED_REFS, name)) {
        manual(
          node,
          `asks for coreServices.${name}, which is gone from 1.0.0 of @backstage/backend-plugin-api`,
          REMOVED_REFS[name],
        );
      }
    }
    if (ts.isVariableStatement(node)) addServices(module, editor, node);
    ts.forEachChild(node, visit);
  };
  visit(module.sourceFile);
  return found;
}

function makerOf(module: ParsedModule, { expression }: ts.CallExpression): string | undefined {
  const imported = importOf(module, expression);
  return imported && API.includes(imported.module) && FEATURE_MAKERS.has(imported.imported)
    ? imported.imported
    : undefined;
}

function isCoreServices(module: ParsedModule, expression: ts.Expression): boolean {
  const imported = importOf(module, expression);
  return imported?.imported === 'coreServices' && API.includes(imported.module);
}

/** `id` of a plugin became `pluginId`. */
function renameId(editor: MagicString, argument: ts.Expression): void {
  const object = isPlainCallback(argument) ? argument.body.expression : argument;
  if (!ts.isObjectLiteralExpression(object)) return;
  const names = object.properties.map(each => each.name?.getText());
  const id = object.properties[names.indexOf('id')];
  if (names.includes('pluginId') || !id?.name || !ts.isPropertyAssignment(id)) return;
  editor.overwrite(id.name.getStart(), id.name.getEnd(), 'pluginId');
}

/** `createBackend({ services: [a, b] })` becomes calls of `add`. */
function addServices(
  module: ParsedModule,
  editor: MagicString,
  statement: ts.VariableStatement,
): void {
  const [declaration, ...others] = statement.declarationList.declarations;
  const { initializer, name } = declaration;
  if (others.length > 0 || !initializer || !ts.isCallExpression(initializer)) return;
  if (!ts.isIdentifier(name)) return;
  const maker = importOf(module, initializer.expression);
  if (maker?.imported !== 'createBackend') return;
  const [options] = initializer.arguments;
  if (!options || !ts.isObjectLiteralExpression(options) || options.properties.length !== 1) return;
  const [property] = options.properties;
  if (!ts.isPropertyAssignment(property) || property.name.getText() !== 'services') return;
  const list = property.initializer;
  if (!ts.isArrayLiteralExpression(list) || list.elements.some(ts.isSpreadElement)) return;
  const indent = ' '.repeat(indentOf(module, statement));
  const { semicolon } = codeStyleOf(module);
  let start = options.getStart();
  for (const element of list.elements) {
    const line = `)${semicolon}\n${indent}${name.text}.add(`;
    editor.overwrite(start, element.getStart(), line);
    start = element.getEnd();
  }
  editor.remove(start, options.getEnd());
}
