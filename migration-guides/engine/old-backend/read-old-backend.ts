import { ts } from 'ts-morph';
import { importsOf } from '../bindings';
import type { ParsedModule } from '../parse-module';
import { findEnvironmentFactory } from './environment-factory';
import type { EnvironmentFactory, MainFunction, OldBackend } from './old-backend';
import { StepReader } from './read-steps';
import { Roles } from './roles';

/** Reads an index.ts of the old system; undefined when it does not call createServiceBuilder. */
export function readOldBackend(module: ParsedModule): OldBackend | undefined {
  const roles = new Roles(module);
  const builder = findCall(
    module.sourceFile,
    call => roles.importedAs(call.expression) === 'createServiceBuilder',
  );
  const main = builder && functionAround(builder);
  if (!main) return undefined;
  const reader = new StepReader(module, roles);
  const steps = reader.read(main.body.statements);
  const { helpers } = reader;
  return { module, main, factory: factoryIn(module), steps, roles: roles.bySymbol, helpers };
}

/** True when the file makes its backend with the old service builder. */
export function usesServiceBuilder(module: ParsedModule): boolean {
  return importsOf(module).some(each => each.imported === 'createServiceBuilder');
}

function factoryIn(module: ParsedModule): EnvironmentFactory | undefined {
  const call = findCall(
    module.sourceFile,
    each => findEnvironmentFactory(module, each.expression) !== undefined,
  );
  return call && findEnvironmentFactory(module, call.expression);
}

function findCall(
  node: ts.Node,
  test: (call: ts.CallExpression) => boolean,
): ts.CallExpression | undefined {
  if (ts.isCallExpression(node) && test(node)) return node;
  return ts.forEachChild(node, child => findCall(child, test));
}

/** The top-level function that a node is in. */
function functionAround(node: ts.Node): MainFunction | undefined {
  for (let parent = node.parent; parent; parent = parent.parent) {
    if (ts.isFunctionDeclaration(parent) && ts.isSourceFile(parent.parent) && parent.body) {
      return { declaration: parent, body: parent.body };
    }
    if (
      ts.isVariableDeclaration(parent) &&
      ts.isSourceFile(parent.parent.parent.parent) &&
      parent.initializer &&
      (ts.isArrowFunction(parent.initializer) || ts.isFunctionExpression(parent.initializer)) &&
      ts.isBlock(parent.initializer.body)
    ) {
      return { declaration: parent, body: parent.initializer.body };
    }
  }
  return undefined;
}
