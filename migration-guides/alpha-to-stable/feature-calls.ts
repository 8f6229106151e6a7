import { ts } from 'ts-morph';
import { declarationOf, importOf } from '../engine/bindings';
import { lineOf, type ParsedModule } from '../engine/parse-module';
import type { Finding } from '../engine/source-step/source-codemod';
import type { SourcePackage } from '../engine/source-step/source-repository';
import { isAtLeast } from '../engine/version';
import { exportsFeature, isFeatureVariable } from './feature-export';

/** A call of a feature, without arguments: `backend.add(todoPlugin())`. */
export interface FeatureCall {
  readonly call: ts.CallExpression;
  /** What to report when it is not certain that the call can go. */
  readonly doubt: Finding | undefined;
}

const BACKEND_MAKERS = new Set(['createBackend', 'createSpecializedBackend']);

/** Names under which features are exported. */
const FEATURE_NAME = /^(?!create|make|get|build)\w*(Plugin|Module\w*|ServiceFactory)$/;

/** The release from which features of `@backstage` packages are no functions any more. */
const RELEASE = '1.31.0';

/** All calls of features in places where a feature is wanted. */
export function featureCalls(
  root: string,
  module: ParsedModule,
  owner: SourcePackage,
): FeatureCall[] {
  const found: FeatureCall[] = [];
  const look = (node: ts.Node): void => {
    if (!ts.isCallExpression(node) || node.arguments.length > 0) return;
    if (!ts.isIdentifier(node.expression)) return;
    const known = knownFeature(root, module, owner, node.expression);
    if (known !== undefined)
      found.push({ call: node, doubt: known ? undefined : doubt(module, node) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isAdd(module, node)) node.arguments.forEach(look);
    if (isFeatureList(module, node)) node.elements.forEach(look);
    ts.forEachChild(node, visit);
  };
  visit(module.sourceFile);
  return found;
}

/** True where the call can go, false where nobody knows, undefined where it is something else. */
function knownFeature(
  root: string,
  module: ParsedModule,
  owner: SourcePackage,
  callee: ts.Identifier,
): boolean | undefined {
  const isOwn = (isFeature: boolean): true | undefined =>
    isFeature && hasObjects(owner) ? true : undefined;
  const imported = importOf(module, callee);
  if (!imported) return isOwn(isFeatureVariable(module, callee.text));
  if (imported.module.startsWith('.')) {
    const { module: specifier, imported: name } = imported;
    return isOwn(exportsFeature(root, module.file, specifier, name));
  }
  const name = imported.imported === 'default' ? callee.text : imported.imported;
  if (!FEATURE_NAME.test(name)) return undefined;
  return imported.module.startsWith('@backstage/') && isAtLeast(owner.release ?? '0', RELEASE);
}

/** True when the repository's own features are objects: then the call is superfluous at least. */
function hasObjects(owner: SourcePackage): boolean {
  const version = owner.versionOf('@backstage/backend-plugin-api');
  return version === undefined
    ? isAtLeast(owner.release ?? '0', RELEASE)
    : isAtLeast(version, '0.7.0');
}

function doubt(module: ParsedModule, call: ts.CallExpression): Finding {
  const name = call.expression.getText(module.sourceFile);
  return {
    line: lineOf(module, call),
    outcome: 'manual',
    reason: `${name}() is called: newer versions export the feature itself, and fail here`,
    anchor: 'callable-features',
  };
}

/** `backend.add(...)`, for what createBackend has made. */
function isAdd(module: ParsedModule, { expression }: ts.CallExpression): boolean {
  if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== 'add') return false;
  if (!ts.isIdentifier(expression.expression)) return false;
  const declaration = declarationOf(module, expression.expression);
  if (!declaration || !ts.isVariableDeclaration(declaration)) return false;
  const { initializer } = declaration;
  if (!initializer || !ts.isCallExpression(initializer)) return false;
  return BACKEND_MAKERS.has(importOf(module, initializer.expression)?.imported ?? '');
}

/** `features: [...]` of startTestBackend, `services: [...]` of createBackend. */
function isFeatureList(module: ParsedModule, node: ts.Node): node is ts.ArrayLiteralExpression {
  if (!ts.isArrayLiteralExpression(node) || !ts.isPropertyAssignment(node.parent)) return false;
  const call = node.parent.parent.parent;
  if (!ts.isCallExpression(call)) return false;
  const callee = importOf(module, call.expression)?.imported ?? '';
  const name = node.parent.name.getText(module.sourceFile);
  return (
    (name === 'features' && callee === 'startTestBackend') ||
    (name === 'services' && BACKEND_MAKERS.has(callee))
  );
}
