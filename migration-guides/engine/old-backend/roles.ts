import { ts } from 'ts-morph';
import { importOf, symbolOf } from '../bindings';
import { configList } from './config-list';
import type { ParsedModule } from '../parse-module';
import { unwrap } from '../unwrap';
import { findEnvironmentFactory } from './environment-factory';
import type { Environment, Role } from './old-backend';

const LOGGER_MAKERS = new Set(['getRootLogger', 'createRootLogger']);

/** Knows what the variables of main() stand for. Variables must be told in source order. */
export class Roles {
  readonly bySymbol = new Map<ts.Symbol, Role>();
  readonly #module: ParsedModule;

  constructor(module: ParsedModule) {
    this.#module = module;
  }

  of(node: ts.Node | undefined): Role | undefined {
    if (!node || !ts.isIdentifier(node)) return undefined;
    const symbol = symbolOf(this.#module, node);
    return symbol && this.bySymbol.get(symbol);
  }

  /** Notes what a variable stands for; false when it is none of the old set-up. */
  learn(declaration: ts.VariableDeclaration): boolean {
    const role = declaration.initializer && this.#roleOf(declaration.initializer);
    const name = nameOf(declaration, role);
    const symbol = name && symbolOf(this.#module, name);
    if (!role || !symbol) return false;
    this.bySymbol.set(symbol, role);
    return true;
  }

  /** The environment that an expression is: a variable, or createEnv('x') itself. */
  environmentOf(expression: ts.Expression): Environment | undefined {
    const inner = unwrap(expression);
    const role = this.of(inner);
    if (role?.kind === 'environment') return role.environment;
    if (!ts.isCallExpression(inner)) return undefined;
    if (this.importedAs(inner.expression) === 'useHotMemoize') {
      const made = inner.arguments[1] && resultOf(inner.arguments[1]);
      return made && this.environmentOf(made);
    }
    if (this.of(inner.expression)?.kind !== 'createEnv') return undefined;
    const [id] = inner.arguments;
    if (id && ts.isStringLiteralLike(id)) return { id: id.text };
    return id && ts.isIdentifier(id) ? { id: id.text, isComputed: true } : undefined;
  }

  /** The exported name behind a callee, whichever local name the file gives it. */
  importedAs(callee: ts.Expression): string | undefined {
    if (ts.isPropertyAccessExpression(callee)) {
      const namespace = importOf(this.#module, callee.expression);
      return namespace && ['*', 'default'].includes(namespace.imported)
        ? callee.name.text
        : undefined;
    }
    return importOf(this.#module, callee)?.imported;
  }

  #roleOf(initializer: ts.Expression): Role | undefined {
    const environment = this.environmentOf(initializer);
    if (environment) return { kind: 'environment', environment };
    if (this.#makesTokenCheck(initializer)) return { kind: 'token-check' };
    if (ts.isAwaitExpression(initializer) && this.#makesRouter(initializer.expression)) {
      return { kind: 'made', expression: initializer };
    }
    const made = unwrap(initializer);
    if (!ts.isCallExpression(made)) return undefined;
    if (isRouterMaker(this.#module, made.expression)) return { kind: 'router' };
    if (rootCallee(made, each => this.importedAs(each) === 'createServiceBuilder')) {
      return { kind: 'service' };
    }
    const imported = this.importedAs(made.expression);
    if (imported === 'loadBackendConfig') return { kind: 'config' };
    const list = configList(this.#module, made);
    if (list && this.of(list)?.kind === 'config') return { kind: 'config' };
    if (imported !== undefined && LOGGER_MAKERS.has(imported)) {
      return made.arguments.length === 0 ? { kind: 'logger' } : undefined;
    }
    return findEnvironmentFactory(this.#module, made.expression)
      ? { kind: 'createEnv' }
      : undefined;
  }

  /** `createAuthMiddleware(config, appEnv)`, which the tutorial told everybody to write. */
  #makesTokenCheck(initializer: ts.Expression): boolean {
    const made = unwrap(initializer);
    return ts.isCallExpression(made) && this.importedAs(made.expression) === 'createAuthMiddleware';
  }

  /** `catalog(catalogEnv)`: a call of an imported function with an environment. */
  #makesRouter(expression: ts.Expression): boolean {
    return (
      ts.isCallExpression(expression) &&
      importOf(this.#module, expression.expression) !== undefined &&
      expression.arguments.some(each => this.environmentOf(each) !== undefined)
    );
  }
}

/** The innermost callee of a chain `a().b().c()`, if it satisfies a test. */
export function rootCallee(
  call: ts.CallExpression,
  test: (callee: ts.Expression) => boolean,
): ts.CallExpression | undefined {
  let current = call;
  for (;;) {
    if (test(current.expression)) return current;
    if (!ts.isPropertyAccessExpression(current.expression)) return undefined;
    const receiver = unwrap(current.expression.expression);
    if (!ts.isCallExpression(receiver)) return undefined;
    current = receiver;
  }
}

function isRouterMaker(module: ParsedModule, callee: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(callee)) {
    return (
      callee.name.text === 'Router' && importOf(module, callee.expression)?.module === 'express'
    );
  }
  const binding = importOf(module, callee);
  if (binding?.module === 'express-promise-router') return binding.imported !== '*';
  return binding?.module === 'express' && binding.imported === 'Router';
}

function nameOf(
  declaration: ts.VariableDeclaration,
  role: Role | undefined,
): ts.Identifier | undefined {
  if (ts.isIdentifier(declaration.name)) return declaration.name;
  if (role?.kind !== 'config' || !ts.isObjectBindingPattern(declaration.name)) return undefined;
  const [element] = declaration.name.elements;
  return declaration.name.elements.length === 1 && ts.isIdentifier(element.name)
    ? element.name
    : undefined;
}

function resultOf(factory: ts.Expression): ts.Expression | undefined {
  const made = unwrap(factory);
  if (!ts.isArrowFunction(made)) return undefined;
  if (!ts.isBlock(made.body)) return made.body;
  const [statement] = made.body.statements;
  return statement && ts.isReturnStatement(statement) ? statement.expression : undefined;
}
